"""Every metric: what all of odviz relies on, whatever it measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from odviz.metrics import METRICS
from odviz.metrics.base import Array, Metric, Outputs

ITEMS = 60


@dataclass
class Case:
    """Targets of a metric, and models that predict them perfectly, well and badly."""

    metric: Metric
    targets: Array
    perfect: Outputs
    good: Outputs
    bad: Outputs


def top1(rng: np.random.Generator) -> tuple[Array, Outputs, Outputs, Outputs]:
    targets = rng.integers(0, 4, ITEMS)
    logits = np.eye(4, dtype=np.float32)[targets]
    return targets, (logits,), (logits + rng.normal(0, 0.3, logits.shape),), (logits + rng.normal(0, 2, logits.shape),)


def rmse(rng: np.random.Generator) -> tuple[Array, Outputs, Outputs, Outputs]:
    targets = rng.normal(20, 5, ITEMS)
    good, bad = (targets + rng.normal(0, spread, ITEMS) for spread in (0.5, 4))
    return targets, (targets[:, np.newaxis],), (good.astype(np.float32),), (bad.astype(np.float32),)


def map50(rng: np.random.Generator) -> tuple[Array, Outputs, Outputs, Outputs]:
    low = rng.uniform(0, 50, (ITEMS, 3, 2))
    boxes = np.concatenate([low, low + rng.uniform(10, 30, low.shape)], axis=2)
    classes = rng.integers(0, 3, (ITEMS, 3))
    classes[:, 2] = np.where(rng.random(ITEMS) < 0.5, -1, classes[:, 2])
    confidences = np.where(classes >= 0, rng.uniform(0.6, 1, classes.shape), 0)
    targets = np.concatenate([classes[..., np.newaxis], boxes], axis=2)
    good, bad = (boxes + rng.normal(0, spread, boxes.shape) for spread in (2, 5))
    shown = np.maximum(classes, 0)
    return targets, (boxes, shown, confidences), (good, shown, confidences), (bad, shown, confidences)


MAKERS: dict[str, Callable[[np.random.Generator], tuple[Array, Outputs, Outputs, Outputs]]] = {
    "top1": top1,
    "rmse": rmse,
    "map50": map50,
}
BEST = {"top1": 1.0, "rmse": 0.0, "map50": 1.0}


@pytest.fixture(params=METRICS.names())
def case(request: pytest.FixtureRequest) -> Case:
    return Case(METRICS[request.param], *MAKERS[request.param](np.random.default_rng(0)))


def better(metric: Metric, value: float, other: float) -> bool:
    return value > other if metric.higher_is_better else value < other


def test_perfect_predictions_have_the_best_value(case: Case) -> None:
    metric = case.metric
    perfect, good, bad = (
        metric.value(metric.score(outputs, case.targets)) for outputs in (case.perfect, case.good, case.bad)
    )
    assert perfect == pytest.approx(BEST[metric.name], abs=1e-12)
    assert better(metric, perfect, good) and better(metric, good, bad)


def test_chance_is_worse_than_perfect(case: Case) -> None:
    assert better(case.metric, BEST[case.metric.name], case.metric.value(case.metric.chance_scores(case.targets)))


def test_scores_are_of_items_and_finite(case: Case) -> None:
    scores = case.metric.score(case.bad, case.targets)
    assert len(scores) == ITEMS == len(case.metric.chance_scores(case.targets))
    assert np.isfinite(scores).all()


def test_the_order_of_the_items_changes_nothing(case: Case) -> None:
    order = np.random.default_rng(1).permutation(ITEMS)
    shuffled = case.metric.score(tuple(output[order] for output in case.bad), case.targets[order])
    value = case.metric.value(case.metric.score(case.bad, case.targets))
    assert case.metric.value(shuffled) == pytest.approx(value)


def test_a_weight_counts_an_item_that_many_times(case: Case) -> None:
    scores = case.metric.score(case.bad, case.targets)
    weights = np.random.default_rng(2).integers(0, 4, (5, ITEMS)).astype(np.float32)
    weights[0] = 1
    values = case.metric.aggregate(scores, weights)
    expected = [case.metric.value(np.repeat(scores, row.astype(int), axis=0)) for row in weights]
    assert values == pytest.approx(expected) and values[0] == pytest.approx(case.metric.value(scores))


def test_the_interval_holds_the_value_and_is_the_same_each_time(case: Case) -> None:
    scores = case.metric.score(case.bad, case.targets)
    estimate = case.metric.interval(scores)
    assert estimate.value == pytest.approx(case.metric.value(scores))
    assert estimate.low < case.metric.value(scores) < estimate.high
    assert (estimate.unit, estimate.n) == (case.metric.unit, ITEMS)
    assert case.metric.interval(scores) == estimate


def test_a_model_does_not_differ_from_itself(case: Case) -> None:
    scores = case.metric.score(case.good, case.targets)
    difference = case.metric.difference(scores, scores)
    assert difference.low <= 0 == difference.value <= difference.high
    assert case.metric.p_value(scores, scores) == 1


def test_a_clear_difference_is_found_and_has_its_sign(case: Case) -> None:
    metric = case.metric
    good, bad = (metric.score(outputs, case.targets) for outputs in (case.good, case.bad))
    difference = metric.difference(bad, good)
    assert difference.value == pytest.approx(metric.value(bad) - metric.value(good))
    assert (difference.high < 0) if metric.higher_is_better else (difference.low > 0)
    assert metric.p_value(bad, good) < 0.01


def test_different_items_are_refused(case: Case) -> None:
    scores = case.metric.score(case.good, case.targets)
    for compare in (case.metric.difference, case.metric.p_value):
        with pytest.raises(ValueError, match="same items"):
            compare(scores, scores[:-1])


def test_replicates_are_of_the_same_items_for_all_models(case: Case) -> None:
    good, bad = (case.metric.score(outputs, case.targets) for outputs in (case.good, case.bad))
    replicates = case.metric.replicates((good, bad, good), 200, np.random.default_rng(3))
    assert replicates.shape == (200, 3)
    np.testing.assert_array_equal(replicates[:, 0], replicates[:, 2])
    values = [case.metric.value(good), case.metric.value(bad)]
    assert replicates.mean(axis=0)[:2] == pytest.approx(values, rel=0.1, abs=0.02)


GROUPS = np.arange(ITEMS) % 5


def test_over_groups_the_interval_holds_the_value_and_replicates_spread_as_it(case: Case) -> None:
    metric, scores = case.metric, case.metric.score(case.bad, case.targets)
    estimate = metric.interval(scores, GROUPS)
    assert estimate.value == pytest.approx(metric.value(scores))
    assert estimate.low < metric.value(scores) < estimate.high
    assert estimate.high - estimate.low >= 0.4 * (metric.interval(scores).high - metric.interval(scores).low)
    replicates = metric.replicates((scores, scores), 20_000, np.random.default_rng(4), GROUPS)
    np.testing.assert_array_equal(replicates[:, 0], replicates[:, 1])
    low, high = np.quantile(replicates[:, 0], [0.025, 0.975])
    assert (high - low) / (estimate.high - estimate.low) == pytest.approx(1, abs=0.06)


def test_over_groups_a_model_does_not_differ_from_itself_and_a_clear_difference_is_found(case: Case) -> None:
    metric = case.metric
    good, bad = (metric.score(outputs, case.targets) for outputs in (case.good, case.bad))
    same, difference = metric.difference(good, good, GROUPS), metric.difference(bad, good, GROUPS)
    assert same.low <= 0 == same.value <= same.high and metric.p_value(good, good, GROUPS) == 1
    assert difference.value == pytest.approx(metric.value(bad) - metric.value(good))
    assert (difference.high < 0) if metric.higher_is_better else (difference.low > 0)
    assert metric.p_value(bad, good, GROUPS) < 0.05


def test_one_group_is_as_no_groups(case: Case) -> None:
    metric, scores = case.metric, case.metric.score(case.bad, case.targets)
    assert metric.interval(scores, np.zeros(ITEMS, int)) == metric.interval(scores)


def test_a_model_agrees_with_itself_and_not_with_a_bad_one(case: Case) -> None:
    same = case.metric.agreement(case.good, case.good)
    assert same.shape == (ITEMS,) and same.dtype == bool and same.all()
    assert case.metric.agreement(case.bad, case.good).mean() < 0.8


def test_outputs_of_other_items_are_refused(case: Case) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        case.metric.score(case.good, case.targets[:-1])


def test_it_says_what_it_is(case: Case) -> None:
    for text in (case.metric.title, case.metric.summary, case.metric.chance_title):
        assert text and text == text.strip()
