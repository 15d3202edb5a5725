"""A benchmark that has run, scored again by another metric, and checked up to the page."""

from __future__ import annotations

import re
from dataclasses import replace

from odviz.analysis.analysis import Analysis, analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.estimates import summarise
from odviz.domain.failure import FailureKind
from odviz.domain.objective import Limits
from odviz.execution.verdict import verdict
from odviz.metrics import METRICS
from odviz.report.paper.html import html
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView, benchmark_view
from odviz.store import Predictions
from odviz.tasks import TASKS

RUINED = "prune-magnitude:98"
"""The recipe of each benchmark that leaves nothing of a network."""


def _rescored(data: BenchmarkData, name: str) -> BenchmarkData:
    """The benchmark as it is with another metric; the ruined variant is judged by it as well."""
    task, metric = TASKS[data.record.plan.task], METRICS[name]
    task.metric = name
    targets = task.test().targets
    predictions = {}
    for point, stored in data.predictions.items():
        assert stored.outputs is not None
        predictions[point] = Predictions(name, metric.score(stored.outputs, targets), stored.outputs)
    of_recipe = {str(point.variant.recipe): own for point, own in predictions.items()}
    parent = of_recipe["fp32"].scores
    for recipe, own in of_recipe.items():
        failure = verdict(metric, own.outputs, own.scores, targets, parent)
        assert (failure is not None) == (recipe == RUINED), (name, recipe)
    return replace(data, predictions=predictions)


def check(data: BenchmarkData, name: str, worse: str) -> Analysis:
    """The analysis and its report, in which a recipe is worse than none."""
    metric, data = METRICS[name], _rescored(data, name)
    analysis = analyse(data)
    quality = analysis.quality
    assert (quality.title, quality.unit) == (metric.title, metric.unit)
    assert (quality.sign < 0) == metric.higher_is_better
    (excluded,) = analysis.excluded
    assert str(excluded.result.point.variant.recipe) == RUINED
    assert excluded.result.failure is not None and excluded.result.failure.kind is FailureKind.WRONG_PREDICTIONS

    values = {str(one.result.point.variant.recipe): one.estimates[quality].centre for one in analysis.candidates}
    assert quality.sign * values["fp32"] < quality.sign * values[worse]

    assert analysis.recommendation is not None
    limited = analysis.under(Limits({quality: values["fp32"]}))
    violating = {str(one.result.point.variant.recipe) for one in limited.candidates if one.violates}
    assert worse in violating and "fp32" not in violating

    view = AnalysisView("a", benchmark_view(data, summarise(data), analysis), analysis)
    text = html(recommendation_report(view, "odviz report")).replace("\N{NO-BREAK SPACE}", " ")
    assert metric.title in text and not re.search(r"\bnan\b", text, re.IGNORECASE)
    assert ("How often is it wrong?" in text) == metric.counts_right
    if not metric.counts_right:
        assert metric.describe(analysis.recommendation.candidate.estimates[quality].centre) in text
    return analysis
