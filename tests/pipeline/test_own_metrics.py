"""Metrics of people's own models, from the plan to the page; networks with several outputs and with a single one.

One benchmark is run for each kind of output. The others score its stored outputs again.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from onnx import TensorProto, helper

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.metrics import METRICS
from odviz.tasks import TASKS
from tests.toys.pipeline import network, run
from tests.toys.plugins import added
from tests.toys.rescoring import RUINED, check

pytestmark = pytest.mark.real

WORSE = "prune-magnitude:50"


@pytest.fixture(autouse=True)
def _toy_tasks() -> Iterator[None]:
    with added(TASKS):
        yield


def test_several_outputs_with_labels_and_without() -> None:
    data = scores_benchmark(outputs=8, labelled=False, metric="agreement")
    toy: Any = TASKS["toy-scores"]
    for name in ("agreement", "closeness"):
        check(data, name, WORSE)
    toy.labelled = True
    for name in ("top5", "balanced-accuracy", "macro-f1"):
        check(data, name, WORSE)


def test_a_single_output() -> None:
    data = scores_benchmark(outputs=1, labelled=True, metric="auroc")
    for name in ("auroc", "binary", "balanced-accuracy", "macro-f1"):
        analysis = check(data, name, WORSE)
        worst = [objective for objective in analysis.objectives if objective.name == "worst_group_accuracy"]
        assert len(worst) == METRICS[name].within_class  # the groups are the two classes


def scores_benchmark(outputs: int, labelled: bool, metric: str) -> BenchmarkData:
    toy: Any = TASKS["toy-scores"]
    toy.outputs, toy.labelled, toy.metric = outputs, labelled, metric
    first, second = importlib.import_module("odviz.tasks.toy_scores").WEIGHTS
    nodes = [
        helper.make_node("MatMul", ["input", "first"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "second"], ["scores"]),
    ]
    weights = {"first": first, "second": second[:, :outputs]}
    model = network("scores", nodes, weights, first.shape[:1], {"scores": (TensorProto.FLOAT, (1, outputs))})
    return run("toy-scores", model, "tokens", WORSE, RUINED).data
