"""Tasks that are no top-1 classifiers, from the plan to the recommendation: a regression and a detector."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import numpy as np
import pytest
from onnx import TensorProto, helper

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import Candidate
from odviz.domain.failure import FailureKind
from odviz.domain.objective import Limits
from odviz.domain.result import Accuracy, Membership
from odviz.metrics import METRICS
from odviz.objectives import SIZE
from odviz.tasks import TASKS
from tests.toys.pipeline import network, run
from tests.toys.plugins import added
from tests.toys.rescoring import RUINED, check

pytestmark = pytest.mark.real

RECIPES = ("fp16", "int8-dynamic", "prune-magnitude:20", RUINED)


@pytest.fixture(autouse=True)
def _toy_tasks() -> Iterator[None]:
    with added(TASKS):
        yield


def test_a_regression_is_benchmarked_by_rmse() -> None:
    toy = importlib.import_module("odviz.tasks.toy_regression")
    first, bias, second = toy.WEIGHTS
    nodes = [
        helper.make_node("MatMul", ["input", "first"], ["a"]),
        helper.make_node("Add", ["a", "bias"], ["b"]),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("MatMul", ["c", "second"], ["value"]),
    ]
    weights = {"first": first, "bias": bias, "second": second}
    model = network("regression", nodes, weights, (toy.FEATURES,), {"value": (TensorProto.FLOAT, (1, 1))})
    ran = run("toy-regression", model, "tokens", *RECIPES)
    analysis = ran.analysis

    quality = analysis.quality
    assert (quality.title, quality.unit, quality.higher_is_better) == ("RMSE", "", False)
    examples = TASKS["toy-regression"].test()
    expected = METRICS["rmse"].score((toy.network(examples.inputs),), examples.targets)
    assert value(analysis, "fp32") == pytest.approx(METRICS["rmse"].value(expected), rel=1e-4)
    assert value(analysis, "fp32") == pytest.approx(toy.NOISE, rel=0.2)
    assert value(analysis, "fp32") < value(analysis, "int8-dynamic") < value(analysis, "prune-magnitude:20")

    pruned = accuracy(candidates(analysis)["prune-magnitude:20"])
    assert pruned.difference is not None and pruned.difference.low > 0
    assert pruned.p_value is not None and pruned.p_value < 0.01
    assert pruned.agreement is not None and pruned.agreement.centre < 0.8
    half = accuracy(candidates(analysis)["fp16"])
    assert half.agreement is not None and half.agreement.centre == 1

    assert_ruined(analysis)
    front = {recipe: candidate.membership[SIZE] for recipe, candidate in candidates(analysis).items()}
    assert front["fp16"] is Membership.FRONT  # the smallest file, and as good as the best
    assert front["int8-dynamic"] is front["prune-magnitude:20"] is Membership.DOMINATED

    limited = analysis.under(Limits({quality: 0.3}))
    assert [recipe for recipe, candidate in candidates(limited).items() if candidate.violates] == ["prune-magnitude:20"]
    assert analysis.recommendation is not None
    assert recipe_of(analysis.recommendation.most_accurate) in ("fp32", "fp16")

    for other in ("mae", "r2"):
        check(ran.data, other, worse="prune-magnitude:20")


def test_a_detector_is_benchmarked_by_map50() -> None:
    toy = importlib.import_module("odviz.tasks.toy_detection")
    nodes = [
        helper.make_node("Reshape", ["input", "flat"], ["pixels"]),
        helper.make_node("MatMul", ["pixels", "cells"], ["means"]),
        helper.make_node("Sub", ["means", "threshold"], ["above"]),
        helper.make_node("Mul", ["above", "steepness"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["confidences"]),
        helper.make_node("Greater", ["means", "white"], ["is_white"]),
        helper.make_node("Cast", ["is_white"], ["classes"], to=TensorProto.INT64),
        helper.make_node("Identity", ["corners"], ["boxes"]),
    ]
    threshold, steepness, white = np.float32(0.35), np.float32(20), np.float32(0.72)
    weights = {
        "flat": np.array([1, toy.SIDE**2], np.int64),
        "cells": toy.cell_means(),
        "threshold": threshold,
        "steepness": steepness,
        "white": white,
        "corners": toy.BOXES[np.newaxis],
    }
    outputs = {
        "boxes": (TensorProto.FLOAT, (1, toy.CELLS, 4)),
        "classes": (TensorProto.INT64, (1, toy.CELLS)),
        "confidences": (TensorProto.FLOAT, (1, toy.CELLS)),
    }
    model = network("detector", nodes, weights, (toy.SIDE, toy.SIDE, 1), outputs)
    ran = run("toy-detection", model, "channels-last", *RECIPES)
    analysis = ran.analysis

    quality = analysis.quality
    assert (quality.title, quality.unit, quality.higher_is_better) == ("mAP50", "1", True)
    examples = TASKS["toy-detection"].test()
    count = len(examples)
    dense = ran.data.predictions[candidates(analysis)["fp32"].result.point].outputs
    assert dense is not None
    assert [(output.shape, output.dtype) for output in dense] == [
        ((count, toy.CELLS, 4), np.float32),
        ((count, toy.CELLS), np.int64),
        ((count, toy.CELLS), np.float32),
    ]
    means = examples.inputs.reshape(count, -1) @ toy.cell_means()
    reference = (np.tile(toy.BOXES, (count, 1, 1)), means > white, 1 / (1 + np.exp(-steepness * (means - threshold))))
    expected = METRICS["map50"].score(reference, examples.targets)
    assert value(analysis, "fp32") == pytest.approx(METRICS["map50"].value(expected), abs=0.002)
    assert 0.3 < value(analysis, "fp32") < 0.9

    assert_ruined(analysis)
    unchanged = accuracy(candidates(analysis)["prune-magnitude:20"])  # more than a fifth of its weights are zero
    assert unchanged.difference is not None and unchanged.difference.value == 0
    assert unchanged.agreement is not None and unchanged.agreement.centre == 1
    assert unchanged.p_value == 1
    assert candidates(analysis)["int8-dynamic"].membership[SIZE] is Membership.FRONT


def candidates(analysis: Analysis) -> dict[str, Candidate]:
    return {recipe_of(candidate): candidate for candidate in analysis.candidates}


def recipe_of(candidate: Candidate) -> str:
    return str(candidate.result.point.variant.recipe)


def accuracy(candidate: Candidate) -> Accuracy:
    assert candidate.result.accuracy is not None
    return candidate.result.accuracy


def value(analysis: Analysis, recipe: str) -> float:
    return candidates(analysis)[recipe].estimates[analysis.quality].centre


def assert_ruined(analysis: Analysis) -> None:
    """Only the ruined variant is excluded; its metric is known and its speed is not."""
    (excluded,) = analysis.excluded
    point = excluded.result
    assert str(point.point.variant.recipe) == RUINED
    assert point.failure is not None and point.failure.kind is FailureKind.WRONG_PREDICTIONS
    assert point.accuracy is not None and point.latency is None
