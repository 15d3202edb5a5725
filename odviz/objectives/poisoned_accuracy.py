"""Poisoned accuracy: the metric of the task of files that were made with some bad items.

It is the mean over all kinds and numbers of bad items of which a file came. A variant that needs no calibration items
is as accurate as ever.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.base import Metric
from odviz.metrics.copies import copies_of
from odviz.objectives.accuracy import ACCURACY, of_metric
from odviz.objectives.attacked_accuracy import sources
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin, Scores
from odviz.objectives.changed_items import ITEMS
from odviz.objectives.groups import ItemGroups

STRESS = "poison"
"""The stress test whose outcomes it reads."""

POISONED_ACCURACY = Objective(
    name="poisoned_accuracy",
    title="Poisoned accuracy",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="poisoned_accuracy",
        label="Least poisoned accuracy",
        phrase="least poisoned accuracy",
        short="≥ {} after bad calibration items",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least accuracy that will do where some calibration items were wrong: the mean over all that were tried.",
    ),
    order=12,
    log=False,
    superlative="the most accurate after bad calibration items",
    counts_right=True,
    caption="after bad calibration items",
)


def for_task(metric: Metric, _: ItemGroups) -> Objective:
    """The objective with unit and direction of the metric."""
    return of_metric(POISONED_ACCURACY, metric, f"Poisoned {metric.noun}")


def host(samples: HostSamples) -> Estimate | Missing:
    """The mean of the metric over all files that were made with bad items."""
    scores = samples.scores
    if scores is None or STRESS not in samples.stress:
        return Missing("It was not made with bad calibration items.")
    outcome = samples.stress[STRESS]
    if ITEMS not in outcome:
        return Missing("It needs no calibration items.")
    copies = _copies(samples, scores)
    if not copies.shape[1]:
        return Missing("No file came of any set with bad calibration items.")
    scope = f"{len(copies)} test items, mean over {copies.shape[1]} sets with bad calibration items"
    if not len(outcome["bad"]):
        scope = f"{len(copies)} test items, without calibration items"
    mean = copies_of(scores.metric, copies.shape[1])
    estimate = mean.interval(copies, sources(outcome, scores.groups), scope=scope)
    return replace(estimate, scope="; ".join(filter(None, (scope, scores.groups.reach))))


def replicates(draw: Draw) -> Floats:
    """The same items, or sources of items, are drawn for all points, each with all files of the point."""
    copies = [_copies(samples, scores) for samples, scores in zip(draw.samples, draw.scores, strict=True)]
    groups = sources(draw.samples[0].stress[STRESS], draw.scores[0].groups)
    return copies_of(draw.scores[0].metric, 1).replicates(copies, draw.resamples, draw.rng, groups)


def _copies(samples: HostSamples, scores: Scores) -> Array:
    """Scores of the test items by each file that was made, shape (N, K, …)."""
    outcome = samples.stress[STRESS]
    if not len(outcome["bad"]):
        return scores.values[outcome[ITEMS].astype(np.intp)][:, np.newaxis]
    return np.moveaxis(outcome["scores"][outcome["made"] & (outcome["bad"] > 0)], 0, 1)


plugin = ObjectivePlugin(POISONED_ACCURACY, host, None, replicates, for_task, stress=STRESS, replaces=ACCURACY)
