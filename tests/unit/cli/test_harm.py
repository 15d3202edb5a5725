"""`odviz harm`: groups that a variant hurts."""

import json

import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.execution.executor import execute
from odviz.objectives.groups import group_items
from odviz.store import open_store
from tests.fakes import ITEMS, TOY, World, plan, point


@pytest.fixture
def benchmark(monkeypatch):
    """A benchmark whose items are of two classes; int8 loses 20 of the 100 of the second."""
    order = np.repeat(["coat", "shirt"], ITEMS // 2)
    known = KnownItems(TOY.test().targets, (group_items("classes", order, by_class=True),))
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: known)
    with open_store() as store:
        new = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
        world = World(accuracy={"fp32": 0.9, "int8-static": 0.8})
        execute(store, new, TOY, lambda _: None, make_child=world.child)
    return new


def test_all_variants_are_listed_with_their_worst_group(odviz, benchmark):
    code, out, _ = odviz("harm", benchmark)
    assert code == 1 and "net int8-static · onnxruntime" in out and "1 of 2" in out and "shirt" in out
    assert "coat" not in out  # groups are listed of the variants that are named


def test_a_variant_is_shown_with_its_groups(odviz, benchmark):
    code, out, _ = odviz("harm", benchmark, "--variant", "int8")
    assert code == 1 and "coat" in out and "shirt" in out and "Of 2 classes 1 loses accuracy for certain" in out


def test_json_has_every_difference(odviz, benchmark):
    code, out, _ = odviz("harm", benchmark, "--by", "classes", "--json")
    report = json.loads(out)["report"]
    shirt, coat = report["variants"][0]["groups"]
    assert (code, report["comparisons"], report["groups"]) == (1, 2, "classes")
    assert (shirt["effect"], shirt["moved"]) == ("hurt", {"lost": 20, "gained": 0})
    assert (coat["effect"], coat["difference"]["value"]) == ("open", 0.0)


def test_unknown_groups_and_variants_are_named(odviz, benchmark):
    code, _, err = odviz("harm", benchmark, "--by", "age")
    assert code == 2 and "classes" in err
    code, _, err = odviz("harm", benchmark, "--variant", "int4")
    assert code == 2 and "net int8-static · onnxruntime" in err


def test_items_that_are_others_by_now_are_an_error(odviz, benchmark, monkeypatch):
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems())
    code, out, err = odviz("harm", benchmark)
    assert code == 2 and not out and "test items" in err


def test_the_report_of_a_comparison_has_the_groups(odviz, benchmark, tmp_path):
    path = tmp_path / "report.html"
    sides = (f"{benchmark}:fp32", f"{benchmark}:int8")
    assert odviz("report", "compare", *sides, "--by", "classes", "--out", str(path))[0] == 0
    text = path.read_text()
    assert "shirt" in text and "Right → wrong" in text and "--by classes" in text
