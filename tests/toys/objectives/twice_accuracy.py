"""Accuracy of the first of two predictions."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.accuracy import ACCURACY
from odviz.objectives.base import HostSamples, Missing, ObjectivePlugin

TWICE = Objective(
    name="twice_accuracy",
    title="Accuracy if asked twice",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="twice_accuracy",
        label="Least accuracy if asked twice",
        phrase="least accuracy if asked twice",
        short="≥ {} if asked twice",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least accuracy that will do if it is asked twice.",
    ),
    order=50,
    log=False,
    superlative="the most accurate if asked twice",
    caption="if asked twice",
)


def host(samples: HostSamples) -> Estimate | Missing:
    """The metric of the outcome."""
    if samples.scores is None or "twice" not in samples.stress:
        return Missing("It was not asked twice.")
    return samples.scores.metric.interval(samples.stress["twice"]["scores"], None)


plugin = ObjectivePlugin(TWICE, host, stress="twice", replaces=ACCURACY)
