"""Every metric: what all of odviz relies on, whatever it measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

import numpy as np
import pytest

from odviz.arrays import Array
from odviz.execution.verdict import verdict
from odviz.metrics import METRICS
from odviz.metrics.base import Metric, Outputs

ITEMS = 60


@dataclass
class Case:
    """Targets of a metric, and models that predict them perfectly, well and badly."""

    metric: Metric
    targets: Array
    perfect: Outputs
    good: Outputs
    bad: Outputs


Made = tuple[Array, Outputs, Outputs, Outputs]
"""Targets, and the outputs of a perfect, a good and a bad model."""


def classes(count: int, rng: np.random.Generator, shares: Sequence[float] | None = None) -> Made:
    targets = rng.choice(count, ITEMS, p=shares)
    logits = np.eye(count, dtype=np.float32)[targets]
    return targets, (logits,), (logits + rng.normal(0, 0.5, logits.shape),), (logits + rng.normal(0, 2, logits.shape),)


def single(rng: np.random.Generator) -> Made:
    """The perfect outputs are probabilities, the others logits."""
    targets = (rng.random(ITEMS) < 0.4).astype(np.int64)
    good, bad = (3 * (2 * targets - 1) + rng.normal(0, spread, ITEMS) for spread in (2, 10))
    return targets, (targets[:, np.newaxis].astype(np.float32),), (good.astype(np.float32),), (bad,)


def numbers(rng: np.random.Generator, bad_spread: float = 4) -> Made:
    targets = rng.normal(20, 5, ITEMS)
    good, bad = (targets + rng.normal(0, spread, ITEMS) for spread in (0.5, bad_spread))
    return targets, (targets[:, np.newaxis],), (good.astype(np.float32),), (bad.astype(np.float32),)


def outputs_of_parent(rng: np.random.Generator) -> Made:
    targets = rng.normal(0.5, 1, (ITEMS, 6)).astype(np.float32)
    good, bad = (targets + rng.normal(0, spread, targets.shape) for spread in (0.1, 2))
    return targets, (targets.copy(),), (good,), (bad,)


def map50(rng: np.random.Generator) -> Made:
    low = rng.uniform(0, 50, (ITEMS, 3, 2))
    boxes = np.concatenate([low, low + rng.uniform(10, 30, low.shape)], axis=2)
    classes = rng.integers(0, 3, (ITEMS, 3))
    classes[:, 2] = np.where(rng.random(ITEMS) < 0.5, -1, classes[:, 2])
    confidences = np.where(classes >= 0, rng.uniform(0.6, 1, classes.shape), 0)
    targets = np.concatenate([classes[..., np.newaxis], boxes], axis=2)
    good, bad = (boxes + rng.normal(0, spread, boxes.shape) for spread in (2, 5))
    shown = np.maximum(classes, 0)
    return targets, (boxes, shown, confidences), (good, shown, confidences), (bad, shown, confidences)


MAKERS: dict[str, Callable[[np.random.Generator], Made]] = {
    "agreement": outputs_of_parent,
    "auroc": single,
    "balanced-accuracy": partial(classes, 3, shares=(0.6, 0.3, 0.1)),
    "binary": single,
    "closeness": outputs_of_parent,
    "likeness": outputs_of_parent,
    "macro-f1": partial(classes, 3, shares=(0.6, 0.3, 0.1)),
    "mae": numbers,
    "map50": map50,
    "r2": partial(numbers, bad_spread=3),
    "rmse": numbers,
    "top1": partial(classes, 4),
    "top5": partial(classes, 10),
}
ERRORS = {"rmse", "mae"}


def _argmax(row: Array) -> int:
    return max(range(len(row)), key=lambda column: row[column])


def _recalls(pairs: list[tuple[int, int]]) -> list[float]:
    of_class = {true: [own == true for own, target in pairs if target == true] for _, true in pairs}
    return [sum(right) / len(right) for right in of_class.values()]


def _f1(pairs: list[tuple[int, int]], name: int) -> float:
    right = sum(own == true == name for own, true in pairs)
    return 2 * right / (sum(own == name for own, _ in pairs) + sum(true == name for _, true in pairs))


def _auroc(outputs: Array, targets: Array) -> float:
    pairs = [(high, low) for high in outputs[targets == 1] for low in outputs[targets == 0]]
    return sum(1.0 if high > low else 0.5 if high == low else 0.0 for high, low in pairs) / len(pairs)


def _r2(outputs: Array, targets: Array) -> float:
    return 1 - sum((outputs - targets) ** 2) / sum((targets - sum(targets) / len(targets)) ** 2)


def _cosine(own: Array, parent: Array) -> float:
    return max(0.0, sum(own * parent) / (sum(own**2) * sum(parent**2)) ** 0.5)


def _likeness(own: Array, parent: Array) -> float:
    own, parent = own.astype(float), parent.astype(float)
    return max(0.0, 1 - (sum((own - parent) ** 2) / sum(parent**2)) ** 0.5)


def _of_classes(compute: Callable[[list[tuple[int, int]]], float]) -> Callable[[Array, Array], float]:
    return lambda outputs, targets: compute(
        [(_argmax(row), int(true)) for row, true in zip(outputs, targets, strict=True)]
    )


# Each by its definition, item by item; test_map50.py compares mAP50 with pycocotools.
DEFINITIONS: dict[str, Callable[[Array, Array], float]] = {
    "agreement": lambda outputs, targets: fmean(
        _argmax(own) == _argmax(parent) for own, parent in zip(outputs, targets, strict=True)
    ),
    "auroc": _auroc,
    "balanced-accuracy": _of_classes(lambda pairs: fmean(_recalls(pairs))),
    "binary": lambda outputs, targets: fmean(
        (logit >= 0) == true for logit, true in zip(outputs, targets, strict=True)
    ),
    "closeness": lambda outputs, targets: fmean(map(_cosine, outputs, targets)),
    "likeness": lambda outputs, targets: fmean(map(_likeness, outputs, targets)),
    "macro-f1": _of_classes(
        lambda pairs: fmean(_f1(pairs, name) for name in {name for pair in pairs for name in pair})
    ),
    "mae": lambda outputs, targets: fmean(abs(outputs - targets)),
    "r2": _r2,
    "rmse": lambda outputs, targets: fmean((outputs - targets) ** 2) ** 0.5,
    "top1": _of_classes(lambda pairs: fmean(own == true for own, true in pairs)),
    "top5": lambda outputs, targets: fmean(
        sum(row > row[true]) < 5 for row, true in zip(outputs, targets, strict=True)
    ),
}


@pytest.fixture(params=METRICS.names())
def case(request: pytest.FixtureRequest) -> Case:
    return Case(METRICS[request.param], *MAKERS[request.param](np.random.default_rng(0)))


def best(metric: Metric) -> float:
    return 0.0 if metric.name in ERRORS else 1.0


def better(metric: Metric, value: float, other: float) -> bool:
    return value > other if metric.higher_is_better else value < other


def test_perfect_predictions_have_the_best_value(case: Case) -> None:
    metric = case.metric
    perfect, good, bad = (
        metric.value(metric.score(outputs, case.targets)) for outputs in (case.perfect, case.good, case.bad)
    )
    assert perfect == pytest.approx(best(metric), abs=1e-12)
    assert better(metric, perfect, good) and better(metric, good, bad)


def test_it_is_what_its_definition_gives_for_resampled_items_too(case: Case) -> None:
    metric = case.metric
    if metric.name == "map50":
        pytest.skip("compared with pycocotools in test_map50.py")
    drawn = np.random.default_rng(7).integers(0, ITEMS, (5, ITEMS))
    weights = np.stack([np.bincount(row, minlength=ITEMS) for row in drawn]).astype(np.float32)
    for outputs in (case.good, case.bad):
        values = metric.aggregate(metric.score(outputs, case.targets), weights)
        expected = [DEFINITIONS[metric.name](outputs[0][row].astype(float), case.targets[row]) for row in drawn]
        assert values == pytest.approx(expected, rel=1e-8)


def test_chance_is_worse_than_perfect(case: Case) -> None:
    assert better(case.metric, best(case.metric), case.metric.value(case.metric.chance_scores(case.targets)))


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


def test_outputs_that_are_no_numbers_are_no_good_predictions(case: Case) -> None:
    """They have no score, or a worse one than right predictions."""
    spoiled = tuple(np.where(np.arange(ITEMS) < 9, np.nan, output.T).T for output in case.perfect)
    value = case.metric.value(case.metric.score(spoiled, case.targets))
    assert np.isnan(value) or better(case.metric, best(case.metric), value)
    if case.metric.unit == "1" and case.metric.name not in ("map50", "closeness", "likeness"):
        assert not case.metric.agreement(spoiled, case.perfect)[:9].any()


def test_targets_that_are_all_the_same_have_a_value(case: Case) -> None:
    metric, targets = case.metric, np.repeat(case.targets[:1], ITEMS, axis=0)
    for scores in (metric.score(case.bad, targets), metric.chance_scores(targets)):
        estimate = metric.interval(scores)
        assert np.isfinite([estimate.low, estimate.value, estimate.high]).all()
        assert estimate.low <= metric.value(scores) <= estimate.high


def test_no_constant_prediction_is_better_than_chance(case: Case) -> None:
    metric = case.metric
    if metric.name == "map50":
        pytest.skip("a box that is always detected hits some target")
    chance = metric.value(metric.chance_scores(case.targets))
    for item in range(ITEMS):
        constant = tuple(np.repeat(output[item : item + 1], ITEMS, axis=0) for output in case.perfect)
        value = metric.value(metric.score(constant, case.targets))
        assert not better(metric, value - 1e-9 if metric.higher_is_better else value + 1e-9, chance)


def test_a_variant_is_judged_by_what_it_keeps_over_chance(case: Case) -> None:
    metric, targets = case.metric, case.targets
    ruined = tuple(np.roll(output, 7, axis=0) for output in case.good)  # the predictions of other items
    good, ruined_scores = (metric.score(outputs, targets) for outputs in (case.good, ruined))
    assert verdict(metric, case.good, good, targets, metric.score(case.perfect, targets)) is None
    assert verdict(metric, ruined, ruined_scores, targets, metric.chance_scores(targets)) is None
    failure = verdict(metric, ruined, ruined_scores, targets, good)
    if not metric.decides:
        assert failure is None
        return
    assert failure is not None and metric.chance_title in failure.reason and metric.noun in failure.reason
