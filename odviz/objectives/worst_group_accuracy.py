"""Worst-group accuracy: the metric of the task on the group of test items on which it is worst.

Groups are those of the task (people, websites, age bands) where it has some, else its classes. A model that is accurate
on the whole may fail one group.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.objective import Limit, Objective
from odviz.metrics.base import Metric
from odviz.objectives.accuracy import of_metric
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.groups import ItemGroups

WORST_GROUP_ACCURACY = Objective(
    name="worst_group_accuracy",
    title="Worst-group accuracy",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="worst_group_accuracy",
        label="Least worst-group accuracy",
        phrase="least worst-group accuracy",
        short="≥ {} in the worst group",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least accuracy that will do for each group of the test items: each person, website or class.",
    ),
    order=5,
    log=False,
    superlative="the most accurate in its worst group",
    counts_right=True,
    caption="in the worst group",
)


_FEWEST = 2
"""Groups without which a task does not have this objective."""


def for_task(metric: Metric, groups: ItemGroups) -> Objective | None:
    """The objective in the unit and direction of the metric; None for a task with fewer than two groups.

    Nor has a task this objective whose groups are classes, if its metric compares classes (AUROC).
    """
    if len(groups.names) < _FEWEST or (groups.by_class and not metric.within_class):
        return None
    return of_metric(WORST_GROUP_ACCURACY, metric, f"Worst-group {metric.noun}")


def host(samples: HostSamples) -> Estimate | Missing:
    """The worst of the values of all groups, with an interval that allows for the choice among them.

    The worst value is beyond the worse end of the interval of every group only if that is so of the worst group itself,
    so that the intervals have the usual level at that end. At the other end it is enough that one interval of several
    misses, so that their error is divided by the number of groups (Bonferroni).
    """
    scores = samples.scores
    if scores is None or samples.result.accuracy is None or len(scores.groups.names) < _FEWEST:
        return Missing()
    metric, groups = scores.metric, scores.groups
    values = metric.aggregate(scores.values, groups.indicators)
    parts = [scores.values[members] for members in groups.members]
    usual = [metric.interval(part, level=LEVEL) for part in parts]
    wide = [metric.interval(part, level=1 - (1 - LEVEL) / len(parts)) for part in parts]
    if metric.higher_is_better:
        worst = int(values.argmin())
        low, high = min(one.low for one in usual), min(one.high for one in wide)
    else:
        worst = int(values.argmax())
        low, high = max(one.low for one in wide), max(one.high for one in usual)
    value, sizes = float(values[worst]), [len(part) for part in parts]
    scope = f"{groups.names[worst]} (n = {sizes[worst]}), the worst of {len(sizes)} {groups.title}"
    scope += f" with {min(sizes)} to {max(sizes)} items each"
    return Estimate(
        value, min(low, value), max(high, value), metric.unit, Provenance.MEASURED, sizes[worst], LEVEL, scope
    )


def replicates(draw: Draw) -> Floats:
    """Items are drawn within each group, the same for all points; each replicate has its own worst group."""
    metric, groups = draw.scores[0].metric, draw.scores[0].groups
    worst = np.minimum if metric.higher_is_better else np.maximum
    parts = (
        metric.replicates([scores.values[members] for scores in draw.scores], draw.resamples, draw.rng)
        for members in groups.members
    )
    return reduce(worst, parts)


plugin = ObjectivePlugin(WORST_GROUP_ACCURACY, host, None, replicates, for_task, of_items=True)
