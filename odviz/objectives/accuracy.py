"""Accuracy: the metric of the task on the whole test set; every other objective is traded for it."""

from __future__ import annotations

from dataclasses import replace

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective, noun
from odviz.metrics.base import Metric
from odviz.objectives.base import DeviceSamples, Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.groups import ItemGroups
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
        help="Least share of right predictions that will do.",
    ),
    order=0,
    log=False,
    superlative="the most accurate",
)


def for_task(metric: Metric, _: ItemGroups) -> Objective:
    """The objective with title, unit and direction of the metric."""
    limit = metric_limit(ACCURACY.limit, metric, metric.title)
    return replace(
        ACCURACY, title=metric.title, unit=metric.unit, higher_is_better=metric.higher_is_better, limit=limit
    )


def metric_limit(limit: Limit, metric: Metric, title: str) -> Limit:
    """A limit on a share of right predictions as a limit on another metric.

    Args:
        limit: on the share.
        metric: of the task.
        title: of the objective.
    """
    if metric.unit == "1" and metric.higher_is_better:
        return limit
    word, sign = ("Least", "≥") if metric.higher_is_better else ("Most", "≤")
    label = f"{word} {noun(title)}"
    unit, scale = ("%", 1e-2) if metric.unit == "1" else (metric.unit, 1.0)
    most = 100 if metric.unit == "1" else 1e9
    return replace(
        limit,
        label=label,
        phrase=f"{word.lower()} {noun(title)}",
        short=f"{sign} {{}}",
        unit=unit,
        scale=scale,
        most=most,
        help=f"{label} that will do.",
    )


def host(samples: HostSamples) -> Estimate | Missing:
    """The metric, as estimated for this point."""
    accuracy = samples.result.accuracy
    return accuracy.value if accuracy else Missing()


def device(samples: DeviceSamples) -> Estimate | Missing:
    """The same as on this host: the same file is sent to the device."""
    return host(samples.host)


def replicates(draw: Draw) -> Floats:
    """The same test items, or sources of items, are drawn for all points, so that their difficulty cancels."""
    metric, sources = draw.scores[0].metric, draw.scores[0].groups.sources
    return metric.replicates([scores.values for scores in draw.scores], draw.resamples, draw.rng, sources)


plugin = ObjectivePlugin(ACCURACY, host, device, replicates, for_task)
