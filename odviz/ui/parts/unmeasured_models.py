"""Models and benchmarks without results: what to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from odviz.domain.errors import OdvizError
from odviz.domain.model import Model
from odviz.domain.objective import noun
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.library.rights import may_change
from odviz.services import benchmark, catalogue, duration, naming, suggestions
from odviz.store import BenchmarkRecord
from odviz.ui import benchmark_text, data
from odviz.ui.parts import empty_state, page_links
from odviz.ui.parts.device_choice import DeviceChoice
from odviz.units import counted, percent


def has_no_results(record: BenchmarkRecord, choices: Sequence[DeviceChoice]) -> bool:
    """Whether a benchmark that was not completed has no candidate on any of the chosen devices."""
    if record.state is State.DONE:
        return False
    try:
        views = [data.view(record.id, choice.device, choice.target) for choice in choices]
    except OdvizError:  # the part of the page that draws this device reports the error
        return False
    return not any(view.analysis.candidates for view in views)


def suggest_next_step(record: BenchmarkRecord, device: str) -> None:
    """Draw what to do about a benchmark without results."""
    if not record.state.ended:
        return
    st.markdown("This benchmark ended before it had results. Continue it, or take a first look instead.")
    recent = data.recent(record.plan.task)
    complete = next((earlier for earlier in recent if earlier.state is State.DONE), None)
    if complete:
        page_links.fronts_link(complete, f"Open the newest complete benchmark ({complete.id})")
    empty_state.first_benchmark(record.plan.task, device, "Measure something quickly")


def offer_other_models(
    record: BenchmarkRecord, records: Sequence[BenchmarkRecord], recommended: Recipe | None = None
) -> None:
    """Say how many of the task's models were measured, and offer to measure all of them.

    Args:
        record: the benchmark on display.
        records: those of the task, newest first.
        recommended: recipe of the recommended variant; the new benchmark includes it.
    """
    models = catalogue.models(record.plan.task)
    measured = [model for model in models if model.name in record.plan.models]
    others = [model for model in models if model not in measured]
    if not may_change() or not measured or not others or not record.state.ended:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        were = "was" if len(measured) == 1 else "were"
        coverage = f"**{len(measured)} of {counted(len(models), 'model')}** {were} measured."
        st.markdown(f"{coverage} {promise(measured, others)}", width="content")
        if complete := _benchmark_of_all(models, records):
            page_links.fronts_link(complete, f"Open the benchmark of all {len(models)}")
            return
        names = tuple(model.name for model in models)
        plan, points = _plan_of_all(record.plan.task, names, record.plan.threads, recommended)
        empty_state.start_button(
            f"Measure all {len(models)} models",
            plan,
            help=f"Each model uncompressed, in int8, and with the recommended recipe: "
            f"{counted(len(points), 'variant')}, {benchmark_text.between(duration.expected(plan, points))}. "
            "The results on this page are kept.",
        )


@lru_cache(maxsize=32)
def _plan_of_all(
    task: str, names: tuple[str, ...], threads: int, recommended: Recipe | None
) -> tuple[BenchmarkPlan, tuple[OperatingPoint, ...]]:
    """The plan that measures all models of a task, and its operating points."""
    del names  # cache key
    plan = suggestions.every_model(task, threads, recommended)
    return plan, tuple(benchmark.check(plan).points)


def promise(measured: Sequence[Model], others: Sequence[Model]) -> str:
    """How accurate the other models of a task were after training, compared with those that were measured."""
    best = max(others, key=lambda model: model.dense.test_accuracy or 0.0)
    accuracies = [model.dense.test_accuracy for model in measured if model.dense.test_accuracy is not None]
    if best.dense.test_accuracy is None or not accuracies:
        return "Their accuracy after training was not recorded; measure them to see it."
    gain = 100 * (best.dense.test_accuracy - max(accuracies))
    accuracy = f"{best.title}: {noun(naming.metric(best.task))} {percent(best.dense.test_accuracy, 1)}"
    if gain < 0.1:  # less than the page shows
        return (
            f"None of the others was more accurate when it was trained ({accuracy}), but one may be faster or smaller."
        )
    than = "the one that was" if len(measured) == 1 else "the best of those that were"
    subject = "The other model was" if len(others) == 1 else "The others were up to"
    points = f"{gain:.1f} point{'' if f'{gain:.1f}' == '1.0' else 's'}"
    return f"{subject} {points} more accurate than {than} ({accuracy} when trained)."


def _benchmark_of_all(models: Sequence[Model], records: Sequence[BenchmarkRecord]) -> BenchmarkRecord | None:
    """The newest completed benchmark that includes all models of the task."""
    names = {model.name for model in models}
    return next((record for record in records if record.state is State.DONE and names <= {*record.plan.models}), None)
