"""Leakage: test items with a copy among the calibration items, and what the figures are without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from odviz.arrays import Array, Bools
from odviz.data_quality.base import Check, Dataset, fine, some_of, strongest
from odviz.data_quality.duplicates import THRESHOLDS
from odviz.domain.data_quality import Case, DataFinding, Figure, FindingKind, Item, Part, Severity
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.modality import Modality
from odviz.metrics.base import Metric
from odviz.stats import item_weights, wilson
from odviz.stats.groups import Groups, group_spread, left_out_weights, several
from odviz.units import change, counted

MANY = 0.01
"""Share of the test items from which copies in both parts have to go."""

RESAMPLES = 2000
_SEED = 0
_MATTERS = 0.005
"""Change of a share from which the figures are to be read otherwise."""


class Leakage(Check):
    """Looks for copies across the parts."""

    name = "leakage"
    title = "Does the test contain what was seen before?"
    order = 3

    def method(self, modality: Modality) -> str:
        """See base.Check."""
        return (
            "Test items are compared with the calibration items, which are part of the training data of the built-in "
            f"networks. Copies are equal items, and {THRESHOLDS[modality]}. Each variant's predictions are then scored "
            "without them, on resamples of the same items or groups, with simultaneous intervals."
        )

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        copies = leaks(data)
        if not copies:
            yield fine(FindingKind.LEAK, "No test item has a copy or near copy among the calibration items.")
            return
        total = len(data.test)
        share = wilson(len(copies), total, scope="of the test items")
        message = (
            f"{some_of(len(copies), total, 'test item')} equal or nearly equal to calibration items: the test may be "
            "easier than what comes later."
        )
        severity = Severity.ACT if len(copies) >= MANY * total else Severity.LOOK
        yield DataFinding(
            FindingKind.LEAK, severity, message, (Figure("leaked", share),), len(copies), strongest(copies)
        )
        kept = np.ones(total, bool)
        kept[leaked_items(copies)] = False
        if data.answers and kept.any():
            yield _effect(data, kept)


def leaks(data: Dataset) -> list[Case]:
    """Each leaked test item with its most similar calibration item, test items in order."""
    copies = data.copies
    best: dict[int, tuple[int, float]] = {}
    for pairs in (None, copies.near, copies.shared):
        for test, (calibration, similarity) in copies.across(pairs).items():
            best.setdefault(test, (calibration, similarity))
    cases = []
    for test, (calibration, similarity) in sorted(best.items()):
        items = Item(Part.TEST, test), Item(Part.CALIBRATION, calibration)
        caption = "equal" if similarity == 1 else f"similarity {similarity:.4f}"
        cases.append(Case(items, f"test item, then calibration item: {caption}", similarity))
    return cases


def leaked_items(cases: Sequence[Case]) -> list[int]:
    """Positions of the leaked test items."""
    return [case.items[0].index for case in cases]


def changes(
    metric: Metric, scores: Sequence[Array], kept: Bools, groups: Groups | None = None, level: float = LEVEL
) -> list[Estimate]:
    """The metric of some test items minus that of all, of several variants.

    The same resamples of items serve both, so that what they have in common cancels; over groups of items the spread is
    that of the jackknife, as for all differences.

    Args:
        metric: of the task.
        scores: of each variant, shapes (N, …).
        kept: which items count, shape (N,); at least one.
        groups: group of each item; None for intervals over items.
        level: what each interval is to cover.
    """
    draws: list[list[Array]] = [[] for _ in scores]
    for weights in item_weights(len(kept), RESAMPLES, np.random.default_rng(_SEED)):
        some = weights * kept
        drawn = some.any(axis=1)
        for own, out in zip(scores, draws, strict=True):
            out.append(metric.aggregate(own, some[drawn]) - metric.aggregate(own, weights[drawn]))
    return [
        _change(metric, own, kept, np.concatenate(out), groups, level) for own, out in zip(scores, draws, strict=True)
    ]


def _change(metric: Metric, scores: Array, kept: Bools, draws: Array, groups: Groups | None, level: float) -> Estimate:
    value = metric.value(scores[kept]) - metric.value(scores)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]).tolist()
    if several(groups):
        item_half = float(np.quantile(draws, (1 + LEVEL) / 2) - np.quantile(draws, (1 - LEVEL) / 2)) / 2
        weights = left_out_weights(groups)
        some = weights * kept
        if some.any(axis=1).all():
            values = metric.aggregate(scores, some) - metric.aggregate(scores, weights)
            half = group_spread(values, item_half).half(level)
            low, high = value - half, value + half
    scope = f"without {counted(int((~kept).sum()), 'item')}, minus with them"
    return Estimate(value, min(low, value), max(high, value), metric.unit, Provenance.MEASURED, len(kept), level, scope)


def _effect(data: Dataset, kept: Bools) -> DataFinding:
    """What every variant scores without the leaked items."""
    metric = data.metric
    level = 1 - (1 - LEVEL) / len(data.answers)  # simultaneous, because the largest is looked for (Bonferroni)
    estimates = changes(metric, [answer.scores for answer in data.answers], kept, data.groups, level)
    figures = tuple(Figure(answer.label, one) for answer, one in zip(data.answers, estimates, strict=True))
    largest = max(estimates, key=lambda one: abs(one.centre))
    certain = any(one.low > 0 or one.high < 0 for one in estimates)
    severity = Severity.FINE
    if certain:
        matters = metric.unit != "1" or abs(largest.centre) >= _MATTERS
        severity = Severity.ACT if matters else Severity.LOOK
    message = f"Without these items {metric.noun} changes by {change(largest)} at most."
    return DataFinding(FindingKind.LEAK_EFFECT, severity, message, figures, int((~kept).sum()))


plugin = Leakage()
