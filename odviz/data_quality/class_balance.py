"""Class balance: how the items spread over the classes, and what that means for the metric."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from odviz.arrays import Indices
from odviz.data_quality.base import Check, Dataset, fine, strongest
from odviz.domain.data_quality import Case, DataFinding, Figure, FindingKind, Item, Part, Severity
from odviz.domain.modality import Modality
from odviz.domain.text import capital, few
from odviz.metrics.base import Targets
from odviz.stats import wilson
from odviz.units import counted, digits, estimate

UNEVEN, VERY_UNEVEN = 3.0, 10.0
"""Items of the commonest class over those of the rarest, from which a share of right predictions misleads."""

FEW = 30
"""Test items of a class below which its accuracy is known to no better than ± 10 points or so."""


class ClassBalance(Check):
    """Looks at the targets of both parts."""

    name = "class-balance"
    title = "Are all classes there, and equally often?"
    order = 1

    def method(self, modality: Modality) -> str:  # noqa: ARG002 - the same for all
        """See base.Check."""
        return (
            f"Items of each class are counted. Classes are uneven where the commonest has {UNEVEN:g} times as many "
            f"test items as the rarest; a class is rare with fewer than {FEW} test items."
        )

    def obstacle(self, data: Dataset) -> str:
        """See base.Check."""
        return "The items have no labels." if data.metric.targets is Targets.OUTPUTS else ""

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        counts = _counts(data, Part.TEST) if data.has_classes else np.empty(0, int)
        yield _chance(data, counts)
        if data.has_classes:
            yield from _missing(data, counts)
            yield from _rare(data, counts)


def _counts(data: Dataset, split: Part) -> Indices:
    targets = data.split(split).targets
    return np.bincount(targets, minlength=len(data.classes))


def _chance(data: Dataset, counts: Indices) -> DataFinding:
    """What a predictor scores that does not look at the items."""
    metric = data.metric
    scores = metric.chance_scores(data.test.targets)
    chance = metric.interval(scores, scope=metric.chance_title)
    shares = tuple(
        Figure(name, wilson(int(count), len(data.test), scope="share of the test items"))
        for name, count in zip(data.classes, counts, strict=False)
    )
    message = (
        f"{capital(metric.chance_title)} has {metric.noun} of {estimate(chance)}: what is "
        "not better has learned nothing."
    )
    ratio = counts.max() / max(1, counts[counts > 0].min()) if len(counts) else 1.0
    severity = Severity.FINE
    if ratio >= UNEVEN:
        severity = Severity.ACT if ratio >= VERY_UNEVEN and metric.counts_right else Severity.LOOK
        message += f" The commonest class has {digits(ratio, 2)} times as many items as the rarest."
        if metric.counts_right:
            message += " Balanced accuracy or macro F1 count every class alike."
    return DataFinding(FindingKind.CHANCE, severity, message, (Figure(metric.chance_title, chance), *shares))


def _missing(data: Dataset, counts: Indices) -> Iterator[DataFinding]:
    """Classes without items in one of the parts."""
    absent = [name for name, count in zip(data.classes, counts, strict=True) if not count]
    if absent:
        message = f"No test item is of {_listed(absent)}: nothing is known of how well that is predicted."
        yield DataFinding(FindingKind.MISSING_CLASS, Severity.ACT, message, count=len(absent))
    if not _labelled(data):
        return
    uncalibrated = [
        name for name, count in zip(data.classes, _counts(data, Part.CALIBRATION), strict=True) if not count
    ]
    if uncalibrated:
        message = f"No calibration item is of {_listed(uncalibrated)}: quantizers choose their ranges without it."
        yield DataFinding(FindingKind.MISSING_CLASS, Severity.LOOK, message, count=len(uncalibrated))


def _rare(data: Dataset, counts: Indices) -> Iterator[DataFinding]:
    rare = [index for index, count in enumerate(counts) if 0 < count < FEW]
    if not rare:
        yield fine(FindingKind.RARE_CLASS, f"Every class has {counts.min():,} test items or more.")
        return
    names = [data.classes[index] for index in rare]
    message = (
        f"{_listed(names)}: {counted(len(rare), 'class')[:-1] + 'es' if len(rare) > 1 else '1 class'} with fewer than "
        f"{FEW} test items. Their accuracy is hardly known."
    )
    cases = (
        Case((Item(Part.TEST, int(index)),), data.classes[rare_class], 1 - counts[rare_class] / FEW)
        for rare_class in rare
        for index in np.flatnonzero(data.test.targets == rare_class)[:3]
    )
    yield DataFinding(FindingKind.RARE_CLASS, Severity.LOOK, message, count=len(rare), cases=strongest(cases))


def _labelled(data: Dataset) -> bool:
    """Whether calibration items have labels: those that a person gives for quantizers alone all count as class 0."""
    return bool(data.calibration.targets.any())


def _listed(names: list[str]) -> str:
    return few([f"“{name}”" for name in names], 5)


plugin = ClassBalance()
