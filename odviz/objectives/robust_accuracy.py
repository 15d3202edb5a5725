"""Robust accuracy: the metric of the task on disturbed test items, the mean over all disturbances and severities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.base import Metric
from odviz.objectives.accuracy import ACCURACY, of_metric
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.changed_items import ChangedScores, changed_scores
from odviz.objectives.groups import ItemGroups

STRESS = "corruptions"
"""The stress test whose outcomes it reads."""

ROBUST_ACCURACY = Objective(
    name="robust_accuracy",
    title="Robust accuracy",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="robust_accuracy",
        label="Least robust accuracy",
        phrase="least robust accuracy",
        short="≥ {} on disturbed items",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least accuracy that will do on disturbed test items: the mean over all kinds and severities.",
    ),
    order=7,
    log=False,
    superlative="the most accurate on disturbed items",
    counts_right=True,
    caption="on disturbed items",
)


def for_task(metric: Metric, _: ItemGroups) -> Objective:
    """The objective with unit and direction of the metric."""
    return of_metric(ROBUST_ACCURACY, metric, f"Robust {metric.noun}")


def host(samples: HostSamples) -> Estimate | Missing:
    """The mean of the metric over all copies of the items; a bootstrap draws an item with all of its copies."""
    scores = samples.scores
    if scores is None or STRESS not in samples.stress:
        return Missing("It was not tried on disturbed items.")
    changed = changed_scores(samples.stress[STRESS])
    if not np.isfinite(changed.joined).all():
        return Missing("Its outputs on disturbed items are not all finite.")
    scope = f"{len(changed.items)} test items, each with {len(changed.by_kind)} disturbances at 5 severities"
    sources = changed.sources(scores.groups)
    estimate = changed.mean_of(scores.metric).interval(changed.joined, sources, scope=scope)
    return replace(estimate, scope="; ".join(filter(None, (scope, scores.groups.reach))))


def replicates(draw: Draw) -> Floats:
    """The same items, or sources of items, are drawn for all points, each with all of its copies."""
    changed = [changed_scores(samples.stress[STRESS]) for samples in draw.samples]
    return replicates_of(draw.scores[0].metric, changed, draw.scores[0].groups, draw.resamples, draw.rng)


def replicates_of(
    metric: Metric, changed: Sequence[ChangedScores], groups: ItemGroups, resamples: int, rng: np.random.Generator
) -> Floats:
    """Bootstrap replicates of the mean of a metric over changed copies of the same items.

    Args:
        metric: of the task.
        changed: scores of each point.
        groups: of the test items.
        resamples: number of replicates.
        rng: source of the randomness.

    Returns:
        Shape (resamples, points).
    """
    first = changed[0]
    mean = first.mean_of(metric)
    return mean.replicates([one.joined for one in changed], resamples, rng, first.sources(groups))


plugin = ObjectivePlugin(
    ROBUST_ACCURACY, host, None, replicates, for_task, stress=STRESS, replaces=ACCURACY, of_items=True
)
