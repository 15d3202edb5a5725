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


def test_names_and_the_baseline_stand_for_ids(odviz, benchmark):
    assert odviz("compare", "baseline:fp32", f"{benchmark}:int8")[0] == 2
    code, out, _ = odviz("label", benchmark, "--name", "[red]nightly", "--tag", "v2", "--tag", "x", "--baseline")
    assert code == 0 and all(part in out for part in ("[red]nightly", "v2, x", "baseline"))
    by_id = odviz("compare", f"{benchmark}:fp32", f"{benchmark}:int8")
    assert odviz("compare", "baseline:fp32", f"{benchmark}:int8") == by_id
    assert odviz("compare", "Baseline:fp32", "[red]nightly:int8") == odviz("compare", "baseline:fp32", "baseline:int8")
    listed = json.loads(odviz("benchmarks", "--tag", "v2", "--name", "NIGHT", "--sort", "name", "--json")[1])
    assert [(one["id"], one["label"]["tags"], one["baseline"]) for one in listed] == [(benchmark, ["v2", "x"], True)]
    assert json.loads(odviz("benchmarks", "--status", "failed", "--json")[1]) == []
    out = odviz("label", "baseline", "--name", "", "--untag", "v2", "--note", "n", "--no-baseline", "--json")[1]
    assert json.loads(out)["label"] == {"name": "", "tags": ["x"], "note": "n"} and not json.loads(out)["baseline"]


@pytest.mark.parametrize("words", [("--name", "a\x1bb"), ("--tag", "a,b"), ("--note", "x" * 2001)])
def test_texts_that_are_no_label_change_nothing(odviz, benchmark, words):
    code, _, err = odviz("label", benchmark, *words)
    assert code == 2 and "\x1b" not in err
    assert json.loads(odviz("label", benchmark, "--json")[1])["label"] == {"name": "", "tags": [], "note": ""}
