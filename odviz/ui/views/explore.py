"""Explore: which variant of which model to ship."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from odviz.domain.objective import Objective
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import HOST
from odviz.report.imported import imported_note, measured_on
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.store import BenchmarkRecord
from odviz.tasks import TASKS
from odviz.ui import benchmark_text, data, warm_up
from odviz.ui.data import DataKey
from odviz.ui.parts import (
    benchmark_choice,
    benchmark_control,
    details,
    device_choice,
    downloads,
    empty_state,
    fronts,
    layout,
    limits,
    live_benchmark,
    model_choice,
    projection_quality,
    recommendation,
    selection,
    unmeasured_models,
)
from odviz.ui.parts.benchmark_choice import Place
from odviz.ui.parts.device_choice import DEVICE, DeviceChoice
from odviz.ui.url_state import LinkProblem, UrlField, restore, save
from odviz.units import counted

PAGE = "explore"
_COMPARED_DEVICE = "against"
_SLOTS = "ab"
_CARD_COLUMNS, _CHART_COLUMNS, _COLUMN_PX = 3, 5, 80
"""Columns that the recommendation takes and that the charts take, and the least width of each: below, they stack."""


def render() -> None:
    """Draw the page."""
    beside_title = layout.page(PAGE, "Which model should ship?")
    with layout.error_boundary():
        _page(beside_title)
    warm_up.start()


def _page(beside_title: Place) -> None:
    fields = _url_fields()
    problems = restore(PAGE, fields)
    with fronts.preloaded(beside_title):
        with layout.choices():
            task = benchmark_choice.choose_task()
            st.caption(
                TASKS[task].summary if task in TASKS else "Its models and data were removed; the figures are kept."
            )
            device = device_choice.choose_way(DEVICE, "Device")
            machine_place = st.container()
            limits_place = st.container()
            secondary_place = st.container()
        messages = st.container()  # outside the fold, which may be closed
        records = list(data.recent(task))
        with secondary_place, _secondary_choices(bool(records)):
            record = benchmark_choice.choose_benchmark(records, messages)
            compared = DeviceChoice("")
            if record:
                compared = device_choice.choose_way(_COMPARED_DEVICE, "Compare with", optional=True)
        models, unknown_models = model_choice.shown_models(record)
        if device.device == HOST:
            machine_place.caption(plain(measured_on(record)))
        with messages:
            if record and record.imported:
                st.info(plain(imported_note(record)), icon=":material/move_to_inbox:")
            layout.warn([*problems, *unknown_models, *_replacement_note(problems, record)])
        version = data.key_of(record) if record else None
        objectives = data.objectives_of(version)
    devices = [choice for choice in (device, compared) if choice.device]
    try:
        if record is None or version is None:
            empty_state.empty_state(task, device.device)
        else:
            _content(record, version, records, devices, models, objectives, beside_title)
    finally:
        limits.limits(limits_place, objectives)
    save(PAGE, fields)


def _url_fields() -> tuple[UrlField, ...]:
    task, benchmark, *rest = benchmark_choice.url_fields()
    return (
        task,
        benchmark,
        *device_choice.url_fields(DEVICE),
        *device_choice.url_fields(_COMPARED_DEVICE),
        *limits.url_fields(),
        *details.URL_FIELDS,
        *rest,
    )


def _replacement_note(problems: Sequence[LinkProblem], record: BenchmarkRecord | None) -> list[str]:
    """What is shown in place of a benchmark that a link names and that does not exist; selects nothing in it."""
    if not any(problem.name == benchmark_choice.BENCHMARK for problem in problems):
        return []
    benchmark_choice.clear_selection()
    if record is None:
        return ["There is no other benchmark of this task to show instead."]
    return [f"Another benchmark of this task is shown instead: {plain(benchmark_choice.title(record))}."]


def _secondary_choices(has_benchmark: bool) -> Any:
    """Container for choices made less often; folded on a phone, so that the recommendation comes first."""
    if layout.is_phone() and has_benchmark:
        return st.expander("Benchmark, comparison")
    return st.container()


def _content(
    record: BenchmarkRecord,
    version: DataKey,
    others: Sequence[BenchmarkRecord],
    devices: Sequence[DeviceChoice],
    models: tuple[str, ...],
    objectives: Sequence[Objective],
    beside_title: Place,
) -> None:
    """Draw a benchmark: its progress, its results, or what to do where it has none."""
    if live_benchmark.is_running_or_queued(record):
        live_benchmark.live()
    elif unmeasured_models.has_no_results(record, devices):
        _state_note(record, data.result_of(version), shows_host=True)
        unmeasured_models.suggest_next_step(record, devices[0].device)
    else:
        views = _views(version, devices, models, objectives)
        if views:
            _results(record, others, views, beside_title)


def _state_note(record: BenchmarkRecord, result: BenchmarkResult, shows_host: bool) -> None:
    """Draw a note on a benchmark that was not completed, or whose times, if they are on the page, are imprecise."""
    if benchmark_control.is_stale(record):
        st.info(
            "No odviz is running this benchmark: the one that queued it was closed.",
            icon=":material/hourglass_disabled:",
        )
        benchmark_control.run_button(record)
    elif not record.state.ended:
        st.info(
            f"This benchmark is {benchmark_text.STATES[record.state]}; results appear as they come.",
            icon=":material/hourglass_top:",
        )
        st.page_link("pages/new_benchmark.py", label="See its progress", icon=":material/arrow_forward:")
    elif benchmark_control.ended_note(record, result, shows_host):
        benchmark_control.resume(record)


def _views(
    version: DataKey, devices: Sequence[DeviceChoice], models: tuple[str, ...], objectives: Sequence[Objective]
) -> list[AnalysisView]:
    """One view per device that can be read."""
    chosen_limits, margin = limits.chosen(objectives)
    views: list[AnalysisView] = []
    same_device = len({choice.device for choice in devices}) < len(devices)
    for slot, choice in zip(_SLOTS, devices, strict=False):
        with layout.error_boundary():
            if views:
                device_choice.require_different(devices[0], choice)
            view = data.view_of(version, choice.device, choice.target, models)
            views.append(data.shown(slot, view, chosen_limits, margin, same_device))
    return views


def _results(
    record: BenchmarkRecord, others: Sequence[BenchmarkRecord], views: Sequence[AnalysisView], beside_title: Place
) -> None:
    several = len(views) > 1
    cards, charts = _places(len(views))
    actions, after_actions, qualities = [], [], []
    for card, view in zip(cards, views, strict=True):
        with card:
            actions.append(recommendation.recommendation(view, show_device=several))
            after_actions.append(st.container())
            qualities.append(st.container())
    selected = selection.selected_variants(views[0].benchmark_view)
    layout.warn(_drop_unknown_selection(views[0], selected))
    with charts if layout.is_phone() else beside_title:
        downloads.downloads(views)
    if any(view.analysis.candidates for view in views):
        figures = data.front_figures_of(tuple(views), layout.look(), selected)
        with charts:
            fronts.fronts(views, figures, st.session_state.get(downloads.PICTURE) or "png")
        selection.selection(views[0].benchmark_view, selected)
    # After the charts, which visitors wait for.
    for view, place, quality in zip(views, actions, qualities, strict=True):
        with layout.error_boundary():
            recommendation.actions(view, place)
        with quality, layout.error_boundary():
            projection_quality.projection_quality(view)
    with after_actions[0], layout.error_boundary():
        _state_note(record, views[0].benchmark_view.result, any(view.analysis.device is None for view in views))
        recommended = views[0].recommendation
        recipe = recommended.candidate.result.point.variant.recipe if recommended else None
        if record.plan.task in TASKS:
            unmeasured_models.offer_other_models(record, others, recipe)
    for view in views:
        details.details(view, selected, several)


def _places(devices: int) -> tuple[Sequence[Place], Place]:
    """Where the recommendation of each device and the charts are drawn: side by side for one device."""
    if devices > 1:
        return st.columns(devices), st.container()
    grid = st.grid(_CARD_COLUMNS + _CHART_COLUMNS, min_column_width=_COLUMN_PX)
    return [grid.cell(column_span=_CARD_COLUMNS)], grid.cell(column_span=_CHART_COLUMNS)


def _drop_unknown_selection(view: AnalysisView, selected: tuple[int, ...]) -> list[LinkProblem]:
    """Deselect variants that do not exist."""
    unknown = [index for index in st.session_state.get(selection.SELECTED) or () if index not in selected]
    st.session_state[selection.SELECTED] = selected
    reason = f"this benchmark has {counted(len(view.benchmark_view.result.points), 'variant')}"
    return [LinkProblem(selection.SELECTED, ".".join(map(str, unknown)), reason)] if unknown else []
