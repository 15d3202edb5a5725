"""Explore: which variant of which model should ship."""

from __future__ import annotations

import numpy as np
import streamlit as st

from odviz.charts import parallel
from odviz.domain.errors import InputError
from odviz.domain.objective import Budget
from odviz.services import catalogue, machine, naming
from odviz.store import BenchmarkRecord
from odviz.ui import data, words
from odviz.ui.data import Shown
from odviz.ui.link import Field, one_of, remember, restore
from odviz.ui.parts import answer, downloads, first, frame, fronts, legend, limits, table, terms

PAGE = "explore"
_TASK, _DEVICE, _RUN = "task", "device", "run"


def render() -> None:
    """The page."""
    frame.page(
        PAGE, "Which model should ship?", "Accuracy, time, memory, energy and file size of every variant, side by side."
    )
    with frame.guarded():
        _page()


def _page() -> None:
    fields = _fields()
    frame.say(restore(PAGE, fields))
    every = data.recent()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = _task(every)
        _device()
        records = [record for record in every if record.plan.task == task]
        record = _record(records)
        budget, margin = limits.limits()
    if record is None:
        first.nothing_yet(task)
    else:
        shown = data.shown(record.id)
        _state(shown)
        _results(shown, budget, margin)
    remember(PAGE, fields)


def _results(shown: Shown, budget: Budget, margin: float) -> None:
    tradeoff = data.within(shown, budget)
    answer.answer(tradeoff, margin)
    chosen = fronts.selected(shown)
    drawn = fronts.figures(shown, tradeoff, frame.look(), chosen)
    feasible = np.array([each.feasible for each in tradeoff.standings], bool)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(width="stretch"):
            legend.legend(shown.columns, shown.record.plan.task, feasible)
        downloads.downloads(shown, drawn)
    fronts.fronts(shown, drawn, st.session_state.get(downloads.PICTURE) or "png")
    _chosen(shown, chosen)
    names = ["All figures", "All objectives at once", "Terms"]
    if tradeoff.out:
        names.append(f"Left out ({len(tradeoff.out)})")
    tabs = st.tabs(names)
    with tabs[0]:
        table.table(shown, tradeoff, chosen)
    with tabs[1]:
        st.caption(
            "Parallel coordinates: one line a variant, better is up on every axis; drag along an axis to keep only a "
            "stretch of it. A range stands at its geometric middle here."
        )
        st.plotly_chart(parallel(shown.columns, feasible, frame.look()), key="parallel")
    with tabs[2]:
        terms.terms(shown)
    if tradeoff.out:
        with tabs[3]:
            table.left_out(tradeoff.out)


def _fields() -> tuple[Field, ...]:
    tasks = [task.name for task in catalogue.tasks()]
    return (
        Field(_TASK, one_of("task", tasks), str),
        Field(_RUN, _known_run, str),
        Field(
            _DEVICE, one_of("device", [machine.host().name]), lambda name: "" if name == machine.host().name else name
        ),
        *limits.FIELDS,
        Field(fronts.PICK, _indices, lambda chosen: ".".join(map(str, chosen))),
    )


def _known_run(text: str) -> str:
    """The full id of a measurement; a link that names one also names its task."""
    record = data.store().load(text)
    st.session_state[_TASK] = record.plan.task
    return record.id


def _indices(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    if not all(part.isdecimal() for part in parts):
        raise InputError("it should be numbers of variants with dots between them")
    return tuple(dict.fromkeys(map(int, parts)))


def _task(every: tuple[BenchmarkRecord, ...]) -> str:
    names = [task.name for task in catalogue.tasks()]
    measured = next((record.plan.task for record in every if record.plan.task in names), names[0])
    if st.session_state.get(_TASK) not in names:
        st.session_state[_TASK] = measured
    return str(st.selectbox("Task", names, format_func=naming.task, key=_TASK))


def _device() -> None:
    host = machine.host()
    st.selectbox(
        "Device",
        (host.name,),
        format_func=lambda _: f"This machine ({host.processor})",
        key=_DEVICE,
    )


def _record(records: list[BenchmarkRecord]) -> BenchmarkRecord | None:
    """Choose among the task's measurements; the newest that has figures unless somebody chose."""
    by_id = {record.id: record for record in records}
    linked = st.session_state.get(_RUN)
    if linked and linked not in by_id:
        with_it = data.store().load(linked)
        if with_it.plan.task == st.session_state[_TASK]:
            by_id[with_it.id] = with_it
    if not by_id:
        st.session_state.pop(_RUN, None)
        return None
    if linked not in by_id:
        st.session_state[_RUN] = next(
            (key for key, record in by_id.items() if record.state == "done"), next(iter(by_id))
        )
    chosen = st.selectbox("Measurement", list(by_id), format_func=lambda key: _when(by_id[key]), key=_RUN)
    return by_id[str(chosen)]


def _when(record: BenchmarkRecord) -> str:
    return f"{record.created.astimezone():%d %b %H:%M} · {words.STATES[record.state]} · {record.id}"


def _state(shown: Shown) -> None:
    """What a person should know of a measurement that has not ended well, or not ended."""
    record = shown.record
    if not record.state.ended:
        st.info(
            f"This measurement is {words.STATES[record.state]}; figures appear as they come.",
            icon=":material/hourglass_top:",
        )
        st.page_link("pages/benchmark.py", label="See how far it is", icon=":material/arrow_forward:")
    elif record.failure:
        st.warning(f"This measurement ended early: {record.failure.reason}", icon=":material/warning:")


def _chosen(shown: Shown, chosen: tuple[int, ...]) -> None:
    """The selected points in words, for those who cannot hover."""
    if not chosen:
        return
    with st.container(border=True):
        for index in chosen[:4]:
            head, *rest = shown.columns.hover[index].split("<br>")
            label = head.replace("<b>", "**").replace("</b>", "**")
            lines = (line.replace("<i>", "").replace("</i>", "") for line in rest)
            st.markdown(f"{label}  \n" + "  \n".join(lines))
        if len(chosen) > 4:
            st.caption(f"and {len(chosen) - 4} more, in the table")
