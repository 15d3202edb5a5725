"""Accuracy: the metric of the task on the whole test set; every other objective is traded for it."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import DeviceSamples, Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.intervals import Floats

ACCURACY = Objective(
    name="accuracy",
    title="Accuracy",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="accuracy",
        label="Least accuracy",
        phrase="least accuracy",
        short="≥ {}",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least share of right answers that will do.",
    ),
    order=0,
    log=False,
    superlative="the most accurate",
)


def host(samples: HostSamples) -> Estimate | Missing:
    """The metric, as estimated for this point."""
    accuracy = samples.result.accuracy
    return accuracy.value if accuracy else Missing()


def device(samples: DeviceSamples) -> Estimate | Missing:
    """The same as on this host: the same file is sent to the device."""
    return host(samples.host)


def replicates(draw: Draw) -> Floats:
    """The same test items are drawn for all points, so that the difficulty of the items cancels."""
    scores = [samples.scores for samples in draw.samples if samples.scores is not None]
    return draw.samples[0].metric.replicates(scores, draw.resamples, draw.rng)


plugin = ObjectivePlugin(ACCURACY, host, device, replicates)
