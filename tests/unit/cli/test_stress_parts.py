"""`odviz stress`: what attack, bad calibration items, load and minutes without a pause did."""

import json

import pytest

from odviz.store import open_store
from tests import stress_data


@pytest.fixture
def benchmark():
    with open_store() as store:
        return stress_data.stored(store)


def test_each_test_has_its_sentence_and_its_table(odviz, benchmark):
    code, out, err = odviz("stress", benchmark)
    assert code == 0 and not err
    for words in ("300 tries", "1 bad item among 50", "every core is busy", "minutes without a pause", "15 of 50"):
        assert words in " ".join(out.split())


def test_json_has_the_results(odviz, benchmark):
    code, out, _ = odviz("stress", benchmark, "--json")
    document = json.loads(out)
    assert code == 0
    assert [one["attacked"]["value"] for one in document["attack"]] == [0.5, 0.2]
    assert [len(one["sets"]) for one in document["poison"]] == [3, 3, 3]
    assert {(one["rate"], one["condition"]) for one in document["load"]} == {
        (rate, condition) for rate in (30.0, 100.0) for condition in ("quiet", "busy")
    }
    assert [one["slowing"]["cause"] for one in document["sustained"]] == ["nothing", "nothing"]
    assert document["swaps"] == []
    answers = {one["test"]: one for one in document["answers"]}
    assert list(answers) == ["load", "attack", "sustained", "poison"]
    assert document["change"] == "stays" and {one["change"] for one in answers.values()} == {"stays"}
    assert answers["poison"]["objective"] == "poisoned_accuracy"
