"""Calibration error: how far the confidence of a model lies from how often it is right.

A model that gives 90 % to its predictions and is right in 90 % of them is calibrated. Compression can leave accuracy
alone and make a model surer than it should be, which matters wherever a threshold decides who looks again.
"""

from __future__ import annotations

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.base import Metric, Targets
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.groups import ItemGroups
from odviz.stats.calibration import calibration_error, calibration_spread
from odviz.stats.groups import joint_groups

CALIBRATION_ERROR = Objective(
    name="calibration_error",
    title="Calibration error",
    unit="1",
    higher_is_better=False,
    limit=Limit(
        key="calibration_error",
        label="Most calibration error",
        phrase="calibration limit",
        short="≤ {} calibration error",
        unit="%",
        scale=1e-2,
        most=100,
        help="Mean distance, in points, of the confidence of predictions from the share of them that is right (ECE).",
    ),
    order=6,
    log=False,
    superlative="the best calibrated",
    caption="between confidence and accuracy",
)

SCOPE = "expected calibration error of the predicted class, corrected for the number of items"


def for_task(metric: Metric, groups: ItemGroups) -> Objective | None:
    """The objective; None for a task without classes, or whose test items are not known."""
    return CALIBRATION_ERROR if metric.targets is Targets.CLASSES and groups.names else None


def host(samples: HostSamples) -> Estimate | Missing:
    """The expected calibration error over bins of equally many items."""
    scores = samples.scores
    if scores is None:
        return Missing()
    if scores.sureness is None:
        return Missing("Its outputs give no probabilities of classes.")
    return calibration_error(scores.sureness, scores.groups.sources, scope=SCOPE)


def replicates(draw: Draw) -> Floats:
    """The same items, or sources of items, move all points; each spreads as its interval."""
    known = [(scores, scores.sureness) for scores in draw.scores if scores.sureness is not None]
    spreads = [
        calibration_spread(sureness, estimate, scores.groups.sources)
        for (scores, sureness), estimate in zip(known, draw.own, strict=True)
    ]
    return np.maximum(joint_groups(spreads, draw.resamples, draw.rng), 0)


plugin = ObjectivePlugin(CALIBRATION_ERROR, host, None, replicates, for_task)
