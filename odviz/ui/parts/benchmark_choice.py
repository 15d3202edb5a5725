"""The choice of a task's benchmark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from odviz.domain.errors import Damaged, InputError, UnknownName
from odviz.domain.result import State
from odviz.report.imported import ELSEWHERE
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.store import BenchmarkRecord
from odviz.tasks import TASKS
from odviz.ui import data
from odviz.ui.parts import layout
from odviz.ui.parts.model_choice import MODELS
from odviz.ui.parts.selection import SELECTED
from odviz.ui.url_state import BENCHMARK_CHOICES, UrlField, one_of
from odviz.units import counted

TASK, BENCHMARK = "task", "benchmark"
_NAMES = "_benchmark_names"

_INDICES = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})*")

Place = AbstractContextManager[Any]
"""A container of the page."""


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the task, the benchmark, its models and the selected variants."""
    return (
        UrlField(TASK, one_of("task", _tasks()), str),
        UrlField(BENCHMARK, _parse_benchmark, str, depends_on=TASK),
        UrlField(MODELS, lambda text: text.split(","), ",".join, depends_on=TASK),
        UrlField(SELECTED, _parse_indices, lambda indices: ".".join(map(str, indices)), depends_on=TASK),
    )


def choose_task() -> str:
    """Draw the choice of a task; by default that of the newest benchmark."""
    tasks = _tasks()
    if st.session_state.get(TASK) not in tasks:
        st.session_state[TASK] = first_task(tasks)
    return str(st.selectbox("Task", tasks, format_func=naming.task, key=TASK, on_change=_reset_benchmark))


def first_task(tasks: Sequence[str]) -> str:
    """The task, of these, of the newest benchmark; the first of them where there is none."""
    return next((record.plan.task for record in data.recent() if record.plan.task in tasks), tasks[0])


def that_ran(task: str) -> list[BenchmarkRecord]:
    """The newest benchmarks of a task that began to run."""
    return [record for record in data.recent(task) if record.environment is not None]


def choose_benchmark(records: Sequence[BenchmarkRecord], messages: Place) -> BenchmarkRecord | None:
    """Draw the choice of a benchmark; by default the newest completed one, of this machine if it has any.

    Args:
        records: benchmarks of the task, newest first.
        messages: where warnings are drawn.
    """
    by_id = {record.id: record for record in records}
    chosen = st.session_state.get(BENCHMARK)
    if chosen and chosen not in by_id:
        older = _load(chosen, messages)
        if older and older.plan.task == st.session_state[TASK]:
            by_id[older.id] = older
    if not by_id:
        st.session_state.pop(BENCHMARK, None)
        return None
    if chosen not in by_id:
        if chosen:
            clear_selection()
        st.session_state[BENCHMARK] = opened_first(list(by_id.values())).id
    titles = {key: title(record) for key, record in by_id.items()}
    key = st.selectbox(
        "Benchmark", list(by_id), format_func=titles.__getitem__, key=BENCHMARK, on_change=clear_selection
    )
    return by_id[str(key)]


def opened_first(records: Sequence[BenchmarkRecord]) -> BenchmarkRecord:
    """The newest completed benchmark, of this machine if it has any; the newest where none is complete.

    Args:
        records: at least one, newest first.
    """
    complete = [record for record in records if record.state is State.DONE]
    own = [record for record in complete if not record.imported]
    return [*own, *complete, *records][0]


def title(record: BenchmarkRecord) -> str:
    """Name, date, number of models and id.

    It must not change while the page is open, because the browser sends back the title rather than the value: a name
    that somebody else gives meanwhile is not shown.
    """
    name = st.session_state.setdefault(_NAMES, {}).setdefault(record.id, record.label.name)
    models = counted(len(record.plan.models), "model")
    origin = f" · {ELSEWHERE}" if record.imported else ""
    return f"{f'{name} · ' if name else ''}{record.created.astimezone():%d %b %H:%M} · {models} · {record.id}{origin}"


def forget_names() -> None:
    """Read the names of benchmarks anew: this visitor has changed one, on a page without a choice of benchmarks."""
    st.session_state.pop(_NAMES, None)


def clear_selection() -> None:
    """Select no variant: positions in the plan of one benchmark mean nothing in another."""
    st.session_state[SELECTED] = ()


def _tasks() -> list[str]:
    """Names of all tasks, and that of a removed one whose benchmark a link names or the page shows."""
    names = list(TASKS.names())
    linked = {str(st.query_params.get(TASK)), str(st.session_state.get(TASK))} - set(names)
    return names + sorted(task for task in linked if data.recent(task))


def _reset_benchmark() -> None:
    st.session_state.update(BENCHMARK_CHOICES)


def _load(benchmark_id: str, messages: Place) -> BenchmarkRecord | None:
    """A benchmark that is not among the listed ones; a warning where it is deleted or damaged."""
    try:
        return data.store().load(benchmark_id)
    except UnknownName:
        with messages:
            layout.warn_deleted(benchmark_id)
    except Damaged as error:
        with messages:
            layout.warn([plain(str(error))])
    return None


def _parse_benchmark(text: str) -> str:
    """The full id of a benchmark; a link to one may leave out its task, but not name another."""
    try:
        record = data.store().load(text)
    except UnknownName:
        raise InputError("no such benchmark exists here: it was made elsewhere, or deleted") from None
    linked_task = st.query_params.get(TASK)
    if linked_task and linked_task != record.plan.task and linked_task in _tasks():
        raise InputError(f"it belongs to another task, {naming.task(record.plan.task)}: choose that to open it")
    st.session_state[TASK] = record.plan.task
    return record.id


def _parse_indices(text: str) -> tuple[int, ...]:
    if not _INDICES.fullmatch(text):
        raise InputError("it must be numbers of variants with dots between them")
    return tuple(dict.fromkeys(map(int, text.split("."))))
