"""An objective declared in one file has its option and its columns in the terminal."""

import csv
import io
import json

import pytest

from odviz.execution.executor import execute
from odviz.objectives import OBJECTIVES
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point
from tests.new_objectives import LOAD_TIME, STABILITY


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for plugin in (LOAD_TIME, STABILITY):
        monkeypatch.setitem(OBJECTIVES._plugins, plugin.name, plugin)


@pytest.fixture
def benchmark():
    with open_store() as store:
        new = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
        execute(store, new, TOY, lambda _: None, make_child=World().child)
    return new


def test_show_has_its_columns(odviz, benchmark):
    code, shown, _ = odviz("show", benchmark)
    assert code == 0 and "Load time" in shown and "Stability" in shown and "500 ms" in shown and "30.0 dB" in shown


def test_front_and_recommend_have_its_option(odviz, benchmark):
    for command in ("front", "recommend"):
        _, text, _ = odviz(command, "--help")
        assert "--load-time" in text and "--stability" in text
    code, text, _ = odviz("recommend", benchmark, "--load-time", "600ms", "--stability", "25dB", "--json")
    answer = json.loads(text)
    assert code == 0 and answer["limits"] == {"latency": 0.1, "load_time": 0.6, "stability": 25.0}
    assert answer["recommended"]["recipe"] == "fp32" and answer["satisfying"] == 1
    assert {"load_time", "stability"} <= answer["recommended"]["estimates"].keys()
    code, text, _ = odviz("front", benchmark, "--stability", "40")
    assert code == 0 and "stability limit" in text


def test_exports_have_its_columns(odviz, benchmark):
    rows = list(csv.DictReader(io.StringIO(odviz("export", benchmark)[1])))
    assert [row["stability"] for row in rows] == ["30.0", "20.0"]
    document = json.loads(odviz("export", benchmark, "--format", "json")[1])
    assert {"load_time", "stability"} <= document["fronts"][0]["fronts"].keys()
