"""A user's own model goes the whole way that a built-in one goes: listed, planned, made, measured, analysed."""

import json
from pathlib import Path

import pytest

from odviz.cli import main
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import State
from odviz.library.models import RECORD, load_model
from odviz.library.sources import user
from odviz.services import benchmark as benchmarks
from odviz.store import open_store

TASK, BUILT_IN, MINE = "exercise", "ds-cnn-0.5", "my-net"
QUICK = Effort(launches=1, rounds=1, discard=1, confidence=0.5, time_s=0.1)


@pytest.fixture
def my_net():
    """The file of a built-in network as a model of the user's own, with the shortest record there can be."""
    dense = load_model(TASK, BUILT_IN).dense
    artifact = dense.artifacts["onnx"]
    folder = user().models.path / TASK / MINE
    folder.mkdir(parents=True)
    (folder / "net.onnx").write_bytes(Path(artifact.path).read_bytes())
    file = {
        "path": f"{TASK}/{MINE}/net.onnx",
        "sha256": artifact.sha256,
        "bytes": artifact.size_bytes,
        "layout": artifact.layout,
    }
    checkpoint = {"macs": dense.macs, "parameters": dense.parameters, "artifacts": {"onnx": file}}
    (folder / RECORD).write_text(json.dumps({"checkpoints": [checkpoint]}))


@pytest.fixture
def odviz(monkeypatch, capsys):
    """A function that runs a command of odviz and returns its JSON."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["odviz", *words, "--json"])
        with pytest.raises(SystemExit) as leave:
            main()
        assert not leave.value.code
        return json.loads(capsys.readouterr().out)

    return run


@pytest.mark.usefixtures("my_net")
def test_it_is_listed_beside_the_built_in_ones(odviz):
    assert {MINE, BUILT_IN} <= {model["name"] for model in odviz("list", "models", "--task", TASK)["models"]}


@pytest.mark.usefixtures("my_net")
def test_it_is_part_of_a_plan_beside_the_built_in_ones():
    recipes = (Recipe(), parse_recipe("fp16"))
    points = benchmarks.check(BenchmarkPlan(TASK, (BUILT_IN, MINE), recipes, ("onnxruntime",))).points
    assert {(point.variant.model, str(point.variant.recipe)) for point in points} == {
        (model, str(recipe)) for model in (BUILT_IN, MINE) for recipe in recipes
    }


@pytest.mark.real
@pytest.mark.usefixtures("my_net")
def test_it_is_made_measured_and_summarised_like_a_built_in_one(odviz):
    plan = BenchmarkPlan(TASK, (MINE,), (Recipe(), parse_recipe("fp16")), ("onnxruntime",), effort=QUICK)
    with open_store() as store:
        benchmark = benchmarks.submit(store, plan).id
        benchmarks.run(store, benchmark)
        assert store.load(benchmark).state is State.DONE
    base, half = odviz("show", benchmark)["points"]
    built_in = load_model(TASK, BUILT_IN).dense
    assert base["accuracy"]["value"]["low"] < built_in.test_accuracy < base["accuracy"]["value"]["high"]
    assert base["facts"]["macs"] == built_in.macs
    assert half["facts"]["file_bytes"] < base["facts"]["file_bytes"]
    assert half["latency"] is not None
