"""What has not been measured: a benchmark that ended before it had figures, and the other models of the task."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.domain.errors import OdvizError
from odviz.domain.model import Model
from odviz.domain.recipe import Recipe
from odviz.domain.result import State
from odviz.services import benchmark, catalogue, duration, suggestions
from odviz.store import BenchmarkRecord
from odviz.ui import data, text
from odviz.ui.parts import empty_state, page_links
from odviz.ui.parts.device_choice import Asked
from odviz.units import counted, percent


def nothing(record: BenchmarkRecord, asked: Sequence[Asked]) -> bool:
    """Whether a benchmark has nothing to show on any of these machines, and no variant that says why."""
    if record.state is State.DONE:
        return False
    try:
        found = [data.shown(record.id, each.device, each.target) for each in asked]
    except OdvizError:  # a machine that cannot be read says so itself, where its figures would be
        return False
    return not any(each.tradeoff.candidates for each in found)


def instead(record: BenchmarkRecord, device: str) -> None:
    """In place of figures that are not there: what to do about it."""
    if record.state.ended:
        st.markdown("It ended before it had any figures: go on with it, or take a first look instead.")
        earlier = (each for each in data.recent(record.plan.task) if each.state is State.DONE)
        if found := next(earlier, None):
            page_links.fronts(found, f"Open the newest benchmark that is complete ({found.id})")
        empty_state.offer(record.plan.task, device, "Measure something quickly")


def others(record: BenchmarkRecord, advised: Recipe | None = None) -> None:
    """How many of the task's models were measured, what the others may be worth, and a button that measures all.

    Args:
        record: what is shown.
        advised: how what is recommended was made; the others are made in that way too.
    """
    models = catalogue.models(record.plan.task)
    measured = [model for model in models if model.name in record.plan.models]
    left = [model for model in models if model not in measured]
    if not measured or not left or not record.state.ended:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{_how_many(len(measured), len(models))} {_worth(measured, left)}", width="content")
        if later := _with_all(models):
            page_links.fronts(later, f"Open the benchmark of all {len(models)}")
            return
        plan = suggestions.every_model(record.plan.task, record.plan.threads, advised)
        points = benchmark.check(plan).points
        empty_state.begin_button(
            f"Measure all {len(models)} models",
            plan,
            help=f"Each uncompressed, in int8 and as is recommended here: {counted(len(points), 'variant')}, "
            f"{text.between(duration.expected(plan, points))}. What you see here is kept.",
        )


def _how_many(measured: int, every: int) -> str:
    return f"**{measured} of {counted(every, 'model')}** {'was' if measured == 1 else 'were'} measured."


def _worth(measured: Sequence[Model], left: Sequence[Model]) -> str:
    """What is known of the models that were not measured: how they did when they were trained."""
    best = max(left, key=lambda model: model.dense.test_accuracy or 0.0)
    accuracies = [model.dense.test_accuracy for model in measured if model.dense.test_accuracy is not None]
    if best.dense.test_accuracy is None or not accuracies:
        return "How accurate they are was not recorded when they were trained: measure them to see."
    more = 100 * (best.dense.test_accuracy - max(accuracies))
    right = f"{percent(best.dense.test_accuracy, 1)} right when trained"
    if more < 0.1:  # less than is shown
        return (
            f"None of the others was more accurate when it was trained ({best.title}: {right}), "
            "but one may be faster or smaller."
        )
    than = "the one that was" if len(measured) == 1 else "the best of those that were"
    others_ = "The other model was" if len(left) == 1 else "The others were up to"
    points = f"{more:.1f} point{'' if f'{more:.1f}' == '1.0' else 's'}"
    return f"{others_} {points} more accurate than {than}: {best.title} had {right}."


def _with_all(models: Sequence[Model]) -> BenchmarkRecord | None:
    """The newest benchmark of the task that has all of its models, and went well."""
    names = {model.name for model in models}
    every = data.recent(models[0].task)
    return next((each for each in every if each.state is State.DONE and names <= {*each.plan.models}), None)
