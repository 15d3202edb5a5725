"""`odviz compare`."""

import json

import pytest

from odviz.store import open_store
from tests import release_data


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


def test_items_in_both_directions_and_facts_are_written(odviz, benchmark):
    _, out, _ = odviz("compare", f"{benchmark}:fp32", f"{benchmark}:int8")
    assert "Right before, wrong now: 20 items" in out and "Wrong before, right now: none" in out
    assert "Facts that differ" in out and "int8-static" in out
    details = json.loads(odviz("compare", f"{benchmark}:fp32", f"{benchmark}:int8", "--json")[1])["details"]
    assert [(one["kind"], len(one["items"])) for one in details["flips"]] == [("lost", 20), ("gained", 0)]
    assert odviz("compare", f"{benchmark}:fp32", f"{benchmark}:int8", "--by", "shoe size")[0] == 2


def test_the_recommended_variant(odviz, benchmark):
    pairs = [odviz("compare", f"{benchmark}:{one}", f"{benchmark}:recommended", "--json") for one in ("fp32", "int8")]
    codes = sorted(code for code, _, _ in pairs)
    assert codes[1] == 2 and codes[0] in (
        0,
        1,
    )  # one of both is itself the recommended one


def test_releases_are_sides(odviz, tmp_path):
    with open_store() as store:
        identity = release_data.benchmark(store, tmp_path)
        release_data.released(store, identity, "fp32", "int8-static")
    (by_variant,), (by_release,) = (
        json.loads(odviz("compare", *sides, "--json")[1])["pairs"]
        for sides in ((f"{identity}:fp32", f"{identity}:int8-static"), ("net/v1", "net/v2"))
    )
    assert by_release == by_variant
    assert odviz("compare", "net/v1", "net/v9")[0] == 2


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
