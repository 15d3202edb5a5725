"""Explore: which variant of which model should ship."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from odviz.domain.errors import Damaged, InputError, UnknownName
from odviz.services import catalogue, naming
from odviz.store import BenchmarkRecord
from odviz.ui import data, text
from odviz.ui.link import OF_ONE_BENCHMARK, Field, one_of, passed_over, remember, restore
from odviz.ui.markup import plain
from odviz.ui.parts import (
    details,
    device_choice,
    downloads,
    empty_state,
    fronts,
    layout,
    legend,
    limits,
    live_benchmark,
    projection_quality,
    recommendation,
    selection,
    unmeasured_models,
)
from odviz.ui.parts.device_choice import Asked
from odviz.ui.parts.fronts import View
from odviz.ui.parts.resume import resume
from odviz.ui.parts.stale_benchmarks import left_waiting, run_it_now
from odviz.units import counted

PAGE = "explore"
_TASK, _DEVICE, _AGAINST, _BENCHMARK, _ONLY = "task", "device", "against", "benchmark", "only"


def render() -> None:
    """The page."""
    layout.page(
        PAGE, "Which model should ship?", "Accuracy, time, memory, energy and file size of every variant, side by side."
    )
    with layout.guarded():
        _page()


def _page() -> None:
    fields = _fields()
    problems = restore(PAGE, fields)
    with st.container(horizontal=not layout.phone(), vertical_alignment="bottom"):
        task = _task()
        asked = device_choice.choose(_DEVICE, "Device")
    st.caption(catalogue.task(task).summary)
    said = st.container()  # what is folded away below must not be silent
    tuned = st.container()
    records = list(data.recent(task))
    with _further(bool(records)):
        record = _record(records, said)
        only = _only(record, said)
        against = device_choice.choose(_AGAINST, "Compare with", optional=True) if record else Asked("")
    with said:
        layout.say([*problems, *_instead(problems, record)])
    try:
        _shown(record, [asked, against], only)
    finally:
        limits.limits(tuned)
    remember(PAGE, fields)


def _shown(record: BenchmarkRecord | None, devices: Sequence[Asked], only: tuple[str, ...]) -> None:
    """What there is to see of a benchmark: how far it is, its figures, or what to do where there are none."""
    if record is None:
        empty_state.nothing_yet(st.session_state[_TASK], devices[0].device)
    elif live_benchmark.under_way(record):
        live_benchmark.live()
    else:
        _state(record)
        machines = [each for each in devices if each.device]
        if unmeasured_models.nothing(record, machines):
            unmeasured_models.instead(record, devices[0].device)
        else:
            _results(record, machines, only)


def _instead(problems: Sequence[str], record: BenchmarkRecord | None) -> list[str]:
    """What is shown where a link names a benchmark that is not here; nothing of it is selected."""
    if not any(each.startswith(f"“{_BENCHMARK}=") for each in problems):
        return []
    _other_points()
    if record is None:
        return ["No other benchmark of this task is here to be shown instead."]
    return [f"What you see instead is another benchmark of this task, that of {plain(_when(record))}."]


def _further(something: bool) -> Any:
    """Room for what is chosen less often: on a phone it is folded away, so that the answer comes first."""
    if layout.phone() and something:
        return st.expander("Benchmark, models, comparison")
    return st.container(horizontal=True, vertical_alignment="bottom")


def _results(record: BenchmarkRecord, asked: Sequence[Asked], only: tuple[str, ...]) -> None:
    budget, margin = limits.chosen()
    views: list[View] = []
    with fronts.fetched():
        for slot, each in zip("ab", asked, strict=False):
            with layout.guarded():
                if views:
                    device_choice.refuse_twice(asked[0], each)
                shown = data.shown(record.id, each.device, each.target, only)
                apart = len({each.device for each in asked}) < len(asked)
                views.append(View(slot, shown, data.within(shown, budget), margin, apart))
    if not views:
        return
    several, below = len(views) > 1, []
    for place, view in zip(st.columns(len(views)) if several else [st.container()], views, strict=True):
        with place:
            below.append((view, recommendation.answer(view, headed=several), st.container()))
            with layout.guarded():
                projection_quality.backing(view)
    chosen = fronts.selected(views[0].shown)
    layout.say(_unknown(views[0], chosen))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header("Fronts", anchor=False, width="content")
        downloads.downloads(views, chosen)
    if any(view.tradeoff.candidates for view in views):
        legend.legend(views)
        drawn = fronts.figures(views, layout.look(), chosen)
        fronts.fronts(views, drawn, st.session_state.get(downloads.PICTURE) or "png")
        selection.selection(views[0].shown, chosen)
    for view, place, _ in below:  # not before the charts, which people wait for
        with layout.guarded():
            recommendation.more(view, place)
    with below[0][2], layout.guarded():
        advice = views[0].advice
        unmeasured_models.others(record, advice.candidate.result.point.variant.recipe if advice else None)
    for view in views:
        details.details(view, chosen, several)


def _unknown(view: View, chosen: tuple[int, ...]) -> list[str]:
    """Sentences about selected variants that do not exist, which are selected no longer."""
    strange = [each for each in st.session_state.get(fronts.PICK) or () if each not in chosen]
    st.session_state[fronts.PICK] = chosen
    why = f"this benchmark has {counted(len(view.shown.result.points), 'variant')}"
    return [passed_over(fronts.PICK, ".".join(map(str, strange)), why)] if strange else []


def _fields() -> tuple[Field, ...]:
    return (
        Field(_TASK, one_of("task", [task.name for task in catalogue.tasks()]), str),
        Field(_BENCHMARK, _known_benchmark, str, of=_TASK),
        *device_choice.fields(_DEVICE),
        *device_choice.fields(_AGAINST),
        Field(_ONLY, lambda text: text.split(","), ",".join, of=_TASK),
        *limits.FIELDS,
        *details.FIELDS,
        Field(fronts.PICK, _places, lambda chosen: ".".join(map(str, chosen)), of=_TASK),
    )


def _known_benchmark(text: str) -> str:
    """The full id of a benchmark; a link that names one need not name its task, but no other."""
    try:
        record = data.store().load(text)
    except UnknownName:
        raise InputError("no such benchmark is here: it was made elsewhere, or deleted") from None
    asked = st.query_params.get(_TASK)
    if asked and asked != record.plan.task and asked in [task.name for task in catalogue.tasks()]:
        raise InputError(f"it was measured for another task, {naming.task(record.plan.task)}: choose that to open it")
    st.session_state[_TASK] = record.plan.task
    return record.id


def _places(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    if not all(part.isdecimal() for part in parts):
        raise InputError("it should be numbers of variants with dots between them")
    return tuple(dict.fromkeys(map(int, parts)))


def _task() -> str:
    names = [task.name for task in catalogue.tasks()]
    if st.session_state.get(_TASK) not in names:
        measured = (record.plan.task for record in data.recent() if record.plan.task in names)
        st.session_state[_TASK] = next(measured, names[0])
    return str(st.selectbox("Task", names, format_func=naming.task, key=_TASK, on_change=_other_task))


def _other_task() -> None:
    st.session_state.update(OF_ONE_BENCHMARK)


def _other_points() -> None:
    """Variants are selected by their place in the plan, which says nothing of another benchmark's."""
    st.session_state[fronts.PICK] = ()


def _only(record: BenchmarkRecord | None, said: Any) -> tuple[str, ...]:
    """Choose among the models that were measured; none chosen means all."""
    asked = st.session_state.get(_ONLY) or ()
    measured = record.plan.models if record else ()
    there = [each for each in dict.fromkeys(asked) if each in measured]
    strange = [each for each in asked if each not in there]
    if record and strange:
        with said:
            layout.say([passed_over(_ONLY, ",".join(strange), f"what was measured is {', '.join(measured)}")])
    if record is None or len(measured) < 2:
        st.session_state.pop(_ONLY, None)
        return ()
    st.session_state[_ONLY] = there
    task = record.plan.task
    chosen = st.multiselect(
        "Models",
        measured,
        format_func=lambda name: naming.model(task, name),
        key=_ONLY,
        placeholder=f"all {len(measured)}",
        help="Keep only the variants of these; fronts are then drawn among them alone.",
    )
    return tuple(chosen)


def _record(records: list[BenchmarkRecord], said: Any) -> BenchmarkRecord | None:
    """Choose among the task's benchmarks; the newest that has figures unless somebody chose."""
    by_id = {record.id: record for record in records}
    linked = st.session_state.get(_BENCHMARK)
    if linked and linked not in by_id:
        try:
            with_it = data.store().load(linked)
        except UnknownName:
            with said:
                layout.deleted(linked)
        except Damaged as error:
            with said:
                layout.say([plain(str(error))])
        else:
            if with_it.plan.task == st.session_state[_TASK]:
                by_id[with_it.id] = with_it
    if not by_id:
        st.session_state.pop(_BENCHMARK, None)
        return None
    if linked not in by_id:
        if linked:
            _other_points()
        st.session_state[_BENCHMARK] = next(
            (key for key, record in by_id.items() if record.state == "done"), next(iter(by_id))
        )
    chosen = st.selectbox(
        "Benchmark", list(by_id), format_func=lambda key: _when(by_id[key]), key=_BENCHMARK, on_change=_other_points
    )
    return by_id[str(chosen)]


def _when(record: BenchmarkRecord) -> str:
    """What tells a benchmark from others. It must not change while the page is open: the browser sends it back."""
    plan = record.plan
    return f"{record.created.astimezone():%d %b %H:%M} · {counted(len(plan.models), 'model')} · {record.id}"


def _state(record: BenchmarkRecord) -> None:
    """What a person should know of a benchmark that has not ended well, or not ended."""
    if left_waiting(record):
        st.info("Nothing measures this: the odviz that it waited for was closed.", icon=":material/hourglass_disabled:")
        run_it_now(record)
    elif not record.state.ended:
        st.info(
            f"This benchmark is {text.STATES[record.state]}; figures appear as they come.",
            icon=":material/hourglass_top:",
        )
        st.page_link("pages/new_benchmark.py", label="See how far it is", icon=":material/arrow_forward:")
    elif record.failure:
        st.warning(f"This benchmark ended early: {plain(record.failure.reason)}", icon=":material/warning:")
        resume(record)
    elif vague := text.vaguely_timed(data.result_of(record)):
        st.info(vague, icon=":material/more_time:")
        resume(record)
