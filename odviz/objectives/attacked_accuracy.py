"""Accuracy under attack: the metric of the task on test items that were changed to mislead the variant itself."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Floats, Indices
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.base import Metric, Targets
from odviz.objectives.accuracy import ACCURACY, of_metric
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin, Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.objectives.groups import ItemGroups

STRESS = "attack"
"""The stress test whose outcomes it reads."""

ATTACKED_ACCURACY = Objective(
    name="attacked_accuracy",
    title="Accuracy under attack",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="attacked_accuracy",
        label="Least accuracy under attack",
        phrase="least accuracy under attack",
        short="≥ {} under attack",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least accuracy that will do on items that somebody changed a little to mislead the network.",
    ),
    order=9,
    log=False,
    superlative="the most accurate under attack",
    counts_right=True,
    caption="under attack",
)


def for_task(metric: Metric, _: ItemGroups) -> Objective | None:
    """The objective with unit and direction of the metric; None for a task without classes."""
    if metric.targets is not Targets.CLASSES:
        return None
    return of_metric(ATTACKED_ACCURACY, metric, f"{metric.title} under attack")


def sources(outcome: Outcome, groups: ItemGroups) -> Indices | None:
    """Source of each attacked item, numbered from 0; None if the items have none."""
    if groups.sources is None:
        return None
    numbers: Indices = np.unique(groups.sources[outcome[ITEMS].astype(np.intp)], return_inverse=True)[1]
    return numbers


def host(samples: HostSamples) -> Estimate | Missing:
    """The metric of the outputs on the changed items."""
    scores = samples.scores
    if scores is None or STRESS not in samples.stress:
        return Missing("It was not attacked.")
    outcome = samples.stress[STRESS]
    scope = f"{len(outcome[ITEMS])} test items, square attack with {int(outcome['budget'][0])} queries each"
    return scores.metric.interval(outcome["scores"], sources(outcome, scores.groups), scope=scope)


def replicates(draw: Draw) -> Floats:
    """The same items, or sources of items, are drawn for all points; the same changes were tried on each."""
    outcomes, scores = [samples.stress[STRESS] for samples in draw.samples], draw.scores[0]
    own = [outcome["scores"] for outcome in outcomes]
    return scores.metric.replicates(own, draw.resamples, draw.rng, sources(outcomes[0], scores.groups))


plugin = ObjectivePlugin(ATTACKED_ACCURACY, host, None, replicates, for_task, stress=STRESS, replaces=ACCURACY)
