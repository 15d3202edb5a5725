from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.execution import verdict as verdicts
from odviz.execution.verdict import runtimes_disagree
from odviz.metrics.rmse import plugin as rmse
from odviz.metrics.top1 import plugin as top1

COUNT, CLASSES = 10_000, 10


def logits(accuracy: float, targets: np.ndarray, seed: int = 0) -> np.ndarray:
    """Outputs right on exactly this share of items, the same ones for every smaller share."""
    wrong = np.random.default_rng(seed).permutation(len(targets)) >= round(accuracy * len(targets))
    rows: np.ndarray = np.eye(CLASSES)[(targets + wrong) % CLASSES]
    return rows


def verdict(own: np.ndarray, targets: np.ndarray, parent: np.ndarray | None = None) -> Failure | None:
    parent_scores = None if parent is None else top1.score((parent,), targets)
    return verdicts.verdict(top1, (own,), top1.score((own,), targets), targets, parent_scores)


@pytest.fixture
def targets() -> np.ndarray:
    return np.arange(COUNT) % CLASSES


@pytest.mark.parametrize("accuracy", [0.91, 0.80, 0.52])
def test_a_variant_that_keeps_half_its_parents_advantage_passes(targets: np.ndarray, accuracy: float) -> None:
    assert verdict(logits(accuracy, targets), targets, logits(0.91, targets)) is None


@pytest.mark.parametrize(("accuracy", "kept"), [(0.48, "47 %"), (0.102, "nothing"), (0.0, "nothing")])
def test_a_ruined_variant_is_refused_with_its_figures(targets: np.ndarray, accuracy: float, kept: str) -> None:
    failure = verdict(logits(accuracy, targets), targets, logits(0.91, targets))
    assert failure is not None and failure.kind is FailureKind.WRONG_PREDICTIONS
    for figure in (f"{100 * accuracy:.1f} %", "10,000", "91.0 %", f"keeps {kept}", "(10.0 %)"):
        assert figure in failure.reason


def test_few_items_do_not_condemn() -> None:
    targets = np.arange(20) % CLASSES
    assert verdict(logits(0.45, targets), targets, logits(0.9, targets)) is None
    assert verdict(logits(0.0, targets), targets, logits(0.9, targets)) is not None


def test_always_the_most_frequent_class_is_refused_though_it_is_often_right() -> None:
    targets = np.repeat([0, 1], [900, 100])
    always = np.stack([np.linspace(1, 2, 1000), np.zeros(1000)], axis=1)  # not constant, yet one class
    perfect = np.eye(2)[targets]
    failure = verdict(always, targets, perfect)
    assert failure is not None and "nothing" in failure.reason
    assert verdict(perfect, targets, perfect) is None


def test_a_parent_at_chance_condemns_nothing(targets: np.ndarray) -> None:
    assert verdict(logits(0.05, targets), targets, logits(0.10, targets)) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_no_numbers_are_refused(targets: np.ndarray, value: float) -> None:
    outputs = logits(0.91, targets)
    outputs[:3, 1] = value
    failure = verdict(outputs, targets, logits(0.91, targets))
    assert failure is not None and "3 of 10,000" in failure.reason
    assert verdict(outputs, targets) is not None


def test_the_same_output_for_everything_is_refused(targets: np.ndarray) -> None:
    same = np.tile(np.arange(CLASSES, dtype=float), (COUNT, 1))
    failure = verdict(same, targets, logits(0.91, targets))
    assert failure is not None and "same output on all 10,000" in failure.reason
    assert verdict(same, targets) is not None


def test_a_constant_output_beside_one_that_varies_passes(targets: np.ndarray) -> None:
    own = (logits(0.91, targets), np.zeros((COUNT, 1)))
    assert verdicts.verdict(top1, own, top1.score(own, targets), targets) is None


def test_a_parent_alone_need_not_be_right(targets: np.ndarray) -> None:
    assert verdict(logits(0.05, targets), targets) is None


def test_runtimes_that_round_differently_agree(targets: np.ndarray) -> None:
    assert runtimes_disagree(top1, (logits(0.91, targets),), (logits(0.89, targets),), "a", "b") is None


def test_runtimes_that_disagree_are_told_apart_from_recipes(targets: np.ndarray) -> None:
    failure = runtimes_disagree(top1, (logits(0.1, targets),), (logits(0.91, targets),), "tflite-runtime", "litert")
    assert failure is not None and failure.kind is FailureKind.WRONG_PREDICTIONS
    for part in ("tflite-runtime", "litert", "19.0 %", "10,000"):
        assert part in failure.reason


def test_another_files_outputs_are_refused(targets: np.ndarray) -> None:
    with pytest.raises(ValueError, match="same file"):
        runtimes_disagree(top1, (logits(0.9, targets),), (logits(0.9, targets)[:5],), "a", "b")


@pytest.mark.parametrize(("error", "ruined"), [(1.0, False), (2.0, False), (4.0, True)])
def test_a_lower_value_is_better_for_an_error(error: float, ruined: bool) -> None:
    rng = np.random.default_rng(0)
    targets, noise = rng.normal(0, 5, 500), rng.normal(0, 1, 500)
    parent = rmse.score((targets + noise,), targets)
    outputs = (targets + error * rng.permutation(noise),)
    failure = verdicts.verdict(rmse, outputs, rmse.score(outputs, targets), targets, parent)
    assert (failure is not None) == ruined
    if failure is not None:
        for part in ("RMSE", "always predicting the mean", "keeps"):
            assert part in failure.reason


def test_a_parent_without_finite_scores_condemns_nothing() -> None:
    targets = np.arange(10.0)
    outputs = (targets[::-1].copy(),)
    parent = np.full(10, np.nan)
    assert verdicts.verdict(rmse, outputs, rmse.score(outputs, targets), targets, parent) is None
