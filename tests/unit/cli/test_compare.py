"""`odviz compare`."""

import json

import pytest


def test_two_variants(odviz, benchmark):
    code, out, _ = odviz("compare", f"{benchmark}:fp32", f"{benchmark}:int8")
    assert code == 1 and "worse in accuracy" in out and "better in latency" in out and "20 of 200" in out


def test_json_has_every_change(odviz, benchmark):
    code, out, _ = odviz("compare", f"{benchmark}:int8", f"{benchmark}:fp32", "--json")
    (pair,) = json.loads(out)["pairs"]
    changes = {one["objective"]["name"]: one for one in pair["changes"]}
    assert code == 1 and changes["latency"]["change"]["value"] == pytest.approx(2, rel=0.02)
    assert (changes["latency"]["kind"], changes["accuracy"]["kind"]) == ("worse", "better")


@pytest.mark.parametrize("side", [":", "@pi", "{}:int4", "{}@toaster", "nothing"])
def test_what_is_no_side_is_refused(odviz, benchmark, side):
    code, out, err = odviz("compare", side.format(benchmark), f"{benchmark}:int8")
    assert code == 2 and not out and err
