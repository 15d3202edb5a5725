"""Accuracy: the metric of the task on the whole test set; every other objective is traded for it."""

from __future__ import annotations

from dataclasses import replace

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective, noun
from odviz.metrics.base import Metric
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin, PointPair
from odviz.objectives.groups import ItemGroups

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
    counts_right=True,
)


def for_task(metric: Metric, _: ItemGroups) -> Objective:
    """The objective with title, unit and direction of the metric."""
    return of_metric(ACCURACY, metric, metric.title)


def of_metric(objective: Objective, metric: Metric, title: str) -> Objective:
    """An objective that is declared for a share of right predictions, for another metric.

    Args:
        objective: as it is declared.
        metric: of the task.
        title: of the objective for that metric.
    """
    limit, is_share = objective.limit, metric.unit == "1"
    if not metric.counts_right:
        word, sign = ("Least", "≥") if metric.higher_is_better else ("Most", "≤")
        label = f"{word} {noun(title)}"
        limit = replace(
            limit,
            label=label,
            phrase=f"{word.lower()} {noun(title)}",
            short=f"{sign} {{}}",
            unit="%" if is_share else metric.unit,
            scale=1e-2 if is_share else 1.0,
            most=100 if is_share else 1e9,
            help=f"{label} that will do.",
        )
    return replace(
        objective,
        title=title,
        unit=metric.unit,
        higher_is_better=metric.higher_is_better,
        counts_right=metric.counts_right,
        decides=metric.decides,
        limit=limit,
    )


def host(samples: HostSamples) -> Estimate | Missing:
    """The metric, as estimated for this point."""
    accuracy = samples.result.accuracy
    return accuracy.value if accuracy else Missing()


def replicates(draw: Draw) -> Floats:
    """The same test items, or sources of items, are drawn for all points, so that their difficulty cancels."""
    metric, sources = draw.scores[0].metric, draw.scores[0].groups.sources
    return metric.replicates([scores.values for scores in draw.scores], draw.resamples, draw.rng, sources)


def change(pair: PointPair) -> Estimate | None:
    """The metric's own paired difference on the same items, over their sources where they have some."""
    base, new = pair.base.scores, pair.new.scores
    if base is None or new is None or not pair.same_items or base.metric is not new.metric:
        return None
    return new.metric.difference(new.values, base.values, new.groups.sources)


plugin = ObjectivePlugin(ACCURACY, host, None, replicates, for_task, of_items=True, change=change)
