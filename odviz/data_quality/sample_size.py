"""Sample size: the smallest difference between two variants that these test items can show."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import special

from odviz.data_quality.base import Check, Dataset, Predicted
from odviz.domain.data_quality import DataFinding, Figure, FindingKind, Severity
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.modality import Modality
from odviz.metrics.base import Metric
from odviz.stats import share
from odviz.stats.groups import Groups, several
from odviz.stats.location import NORMAL
from odviz.units import counted, difference, estimate, percent

POWER = 0.8
"""Chance that a real difference of that size is found."""

WANTED = 0.01
"""Difference of shares that a person usually wants to tell: one point."""

COARSE = 0.03
"""Difference from which the test items are too few for most decisions."""

USUAL_DISCORDANCE = 0.05, 0.02, 0.10
"""Share of items on which only one of a network and its compressed variant is right, where nothing is measured: a
middle value and the ends of a range."""

_Z_POWER = float(special.ndtri(POWER))
_HALVINGS = 60
_MOST_GROUPS = 10_000


class SampleSize(Check):
    """Computes the minimal detectable paired difference of each variant to its uncompressed network."""

    name = "sample-size"
    title = "Are there enough items?"
    order = 0

    def method(self, modality: Modality) -> str:  # noqa: ARG002 - the same for all
        """See base.Check."""
        return (
            f"The smallest difference to the uncompressed network that is found in {percent(POWER)} of the cases at a "
            f"level of {percent(LEVEL)}, from the number of items and the share of them on which only one of both is "
            "right (Connor, 1987; for other metrics from the interval of the difference). Where items come in groups, "
            "from the spread between groups and their number (noncentral t)."
        )

    def obstacle(self, data: Dataset) -> str:
        """See base.Check."""
        if data.metric.counts_right or _compared(data):
            return ""
        return "It needs the predictions of a network and a compressed variant: run a benchmark, then look again."

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        compared = _compared(data)
        yield _measured(data, compared) if compared else _expected(data)


def smallest_difference(discordance: float, items: int) -> float:
    """Smallest difference of two paired shares that is found with `POWER` at `LEVEL`.

    Solves Connor's formula (Biometrics 43, 1987) for the difference. A difference is never greater than the share of
    items on which it rests: where these are too few, it is that of items that one variant alone predicts right.

    Args:
        discordance: share of the items on which only one of both is right.
        items: number of items.
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _found(middle, discordance, items) else (middle, high)
    return high


def items_needed(discordance: float, wanted: float) -> int:
    """Number of items with which a difference of paired shares is found with `POWER` at `LEVEL`.

    Args:
        discordance: as for `smallest_difference`.
        wanted: the difference.
    """
    discordance = max(discordance, wanted)
    needed = NORMAL * math.sqrt(discordance) + _Z_POWER * math.sqrt(discordance - wanted**2)
    return math.ceil((needed / wanted) ** 2)


def smallest_group_difference(error: float, groups: int) -> float:
    """Smallest difference over groups that is found with `POWER` at `LEVEL`, by the noncentral t distribution.

    Args:
        error: standard error of the difference.
        groups: number of groups, at least two.
    """
    critical = special.stdtrit(groups - 1, (1 + LEVEL) / 2)
    return float(special.nctdtrinc(groups - 1, 1 - POWER, critical)) * error


def groups_needed(error: float, groups: int, wanted: float) -> int | None:
    """Number of such groups with which a difference is found with `POWER` at `LEVEL`; None if very many are needed.

    Args:
        error: standard error of the difference with the groups that there are.
        groups: number of these.
        wanted: the difference.
    """
    for count in _growing(2):
        if smallest_group_difference(error * math.sqrt(groups / count), count) <= wanted:
            return count
    return None


def _growing(start: int) -> Iterator[int]:
    """Numbers that grow by about a twentieth."""
    count = start
    while count <= _MOST_GROUPS:
        yield count
        count += max(1, count // 20)


def _found(size: float, discordance: float, items: int) -> bool:
    discordance = max(discordance, size)
    return size * math.sqrt(items) >= NORMAL * math.sqrt(discordance) + _Z_POWER * math.sqrt(discordance - size**2)


def _compared(data: Dataset) -> list[tuple[Predicted, Predicted]]:
    """Each compressed variant with its uncompressed network."""
    return [(answer, data.answers[answer.parent]) for answer in data.answers if answer.parent is not None]


def _measured(data: Dataset, compared: list[tuple[Predicted, Predicted]]) -> DataFinding:
    """From the predictions of a benchmark: that of the middle variant."""
    metric, groups = data.metric, data.groups
    labelled = [
        Figure(answer.label, _detectable(metric, answer, parent, groups)) for answer, parent in compared
    ]  # fmt: skip
    ordered = sorted(labelled, key=lambda figure: figure.estimate.centre)
    middle = ordered[len(ordered) // 2].estimate
    best = max(data.answers, key=lambda answer: metric.value(answer.scores) * (1 if metric.higher_is_better else -1))
    accuracy = metric.interval(best.scores, groups)
    message = (
        f"{_with(data)} you can tell {_written(middle)} apart (the usual variant against its uncompressed network, "
        f"{percent(POWER)} of the time). The best variant has {metric.noun} of {estimate(accuracy)}."
    )
    if groups is not None:
        ends = (difference(end, middle.unit) for end in (middle.low, middle.high))
        message += f" So few {data.group_title} say little of others: it may be anything from {' to '.join(ends)}."
    message += _enough(data, compared, middle)
    figures = (Figure("smallest difference, usual variant", middle), Figure(f"{metric.noun} of the best", accuracy))
    return DataFinding(FindingKind.RESOLUTION, _severity(middle), message, (*figures, *ordered), len(data.test))


def _expected(data: Dataset) -> DataFinding:
    """Without a benchmark: for usual discordances."""
    count = len(data.test)
    value, low, high = (smallest_difference(discordance, count) for discordance in USUAL_DISCORDANCE)
    _, least, most = USUAL_DISCORDANCE
    scope = f"if only one of a network and its variant is right on {percent(least)} to {percent(most)} of the items"
    guess = Estimate(value, low, high, "1", Provenance.MODELLED, 0, LEVEL, scope)
    message = f"{_with(data)} you can tell about {_written(guess)} apart, {scope}."
    if data.groups is not None:
        message += f" Of {data.group_title} there are only a few, so it may be much more."
    return DataFinding(
        FindingKind.RESOLUTION, _severity(guess), message, (Figure("smallest difference", guess),), count
    )


def _detectable(metric: Metric, answer: Predicted, parent: Predicted, groups: Groups | None) -> Estimate:
    """The smallest difference of one variant to its parent that would be found."""
    count = len(answer.scores)
    if metric.counts_right and not several(groups):
        one = share(answer.scores != parent.scores)
        value, low, high = (smallest_difference(end, count) for end in (one.centre, one.low, one.high))
        scope = f"{percent(one.centre, 1)} of {count:,} items are predicted right by one of both only"
        return Estimate(value, min(low, value), max(high, value), metric.unit, Provenance.MEASURED, count, LEVEL, scope)
    error, freedom = _error(metric, answer, parent, groups)
    unit = smallest_group_difference(1.0, freedom + 1) if several(groups) else NORMAL + _Z_POWER
    ends = [math.sqrt(freedom / special.chdtri(freedom, tail)) for tail in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    value = unit * error
    scope = f"from the spread between {freedom + 1} {'groups' if several(groups) else 'items'}"
    return Estimate(value, value * min(ends), value * max(ends), metric.unit, Provenance.MEASURED, count, LEVEL, scope)


def _error(metric: Metric, answer: Predicted, parent: Predicted, groups: Groups | None) -> tuple[float, int]:
    """Standard error of a difference and its degrees of freedom, from its interval."""
    one = metric.difference(answer.scores, parent.scores, groups)
    half = (one.high - one.low) / 2
    if several(groups):
        freedom = int(groups.max())
        return half / float(special.stdtrit(freedom, (1 + LEVEL) / 2)), freedom
    return half / NORMAL, len(answer.scores) - 1


def _enough(data: Dataset, compared: list[tuple[Predicted, Predicted]], middle: Estimate) -> str:
    """How many items would do for one point; empty where these do."""
    metric, groups = data.metric, data.groups
    if metric.unit != "1" or middle.centre <= WANTED:
        return ""
    if several(groups):
        errors = [_error(metric, *pair, groups)[0] for pair in compared]
        have = int(groups.max()) + 1
        needed = groups_needed(float(np.median(errors)), have, WANTED)
        many = f"about {needed:,}" if needed else f"more than {_MOST_GROUPS:,}"
        return (
            f" One point would take {many} {data.group_title} instead of {have}; more items of the same would not do."
        )
    if not metric.counts_right:
        return f" One point would take about {math.ceil(len(data.test) * (middle.centre / WANTED) ** 2):,} items."
    discordances = [float((answer.scores != parent.scores).mean()) for answer, parent in compared]
    return f" One point would take about {items_needed(float(np.median(discordances)), WANTED):,} items."


def _severity(smallest: Estimate) -> Severity:
    if smallest.unit != "1":
        return Severity.FINE
    size = round(smallest.centre, 3)
    return Severity.FINE if size <= WANTED else Severity.LOOK if size <= COARSE else Severity.ACT


def _with(data: Dataset) -> str:
    items = f"With {counted(len(data.test), 'test item')}"
    return items if data.groups is None else f"{items} of {int(data.groups.max()) + 1} {data.group_title}"


def _written(smallest: Estimate) -> str:
    return difference(smallest.centre, smallest.unit)


plugin = SampleSize()
