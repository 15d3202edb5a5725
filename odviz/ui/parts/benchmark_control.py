"""Starting, stopping and resuming benchmarks, which of them this visitor started, and how they ended."""

from __future__ import annotations

import streamlit as st

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BenchmarkResult, State
from odviz.library.rights import may_change
from odviz.report.markdown import plain
from odviz.report.shortfall import shortfall
from odviz.services import benchmark
from odviz.store import BenchmarkRecord, Owner, is_abandoned
from odviz.stress import STRESS_TESTS
from odviz.ui import benchmark_text, data
from odviz.ui.parts.layout import error_boundary

_STARTED, _STOPPED = "_started", "_stopped"
_ICON = ":material/stop:"
_RESUME_HELP = (
    "Times every variant as much again on this machine: the intervals of what is measured here shrink, and what was "
    "stopped is finished. Figures of other devices stay as they are."
)


_STRESS_HELP = "Tries every variant on this machine; nothing else is measured again. What was tried is kept."


def submit(plan: BenchmarkPlan) -> str:
    """Queue a benchmark, to run as soon as the machine is free; returns its id."""
    benchmark_id = benchmark.submit(data.store(), plan).id
    enqueue(benchmark_id)
    return benchmark_id


def enqueue(benchmark_id: str) -> None:
    """Have this server run a benchmark that waits in the database."""
    data.runner().add(benchmark_id)
    st.session_state.setdefault(_STARTED, {})[benchmark_id] = None  # a dict keeps the order


def _enqueue_and_show(benchmark_id: str, switch_page: bool) -> None:
    """Enqueue a benchmark, then rerun this page or switch to the one that shows progress."""
    enqueue(benchmark_id)
    if switch_page:
        st.switch_page("pages/new_benchmark.py")
    st.rerun()


def resume(record: BenchmarkRecord, switch_page: bool = False) -> None:
    """Draw a button that resumes an ended benchmark; pressing it shows the reason where results would not mix.

    Args:
        record: the benchmark.
        switch_page: switch to the page that shows progress.
    """
    if not may_change():
        return
    if record.imported:
        st.caption("It was measured on another machine, and can be continued only there.")
        return
    with error_boundary():
        if st.button("Continue measuring", icon=":material/more_time:", help=_RESUME_HELP, key=f"resume-{record.id}"):
            _enqueue_and_show(benchmark.resume(data.store(), record.id).id, switch_page)


def stress_tests(task: str) -> list[str]:
    """Names of the stress tests that can be run on a task."""
    return [name for name in STRESS_TESTS.names() if not benchmark.unsupported_stress(task, name)]


def add_stress(record: BenchmarkRecord, tests: tuple[str, ...]) -> None:
    """Draw a button that runs stress tests on an ended benchmark, and shows their progress.

    Args:
        record: the benchmark.
        tests: names of the tests; none for a button that cannot be pressed.
    """
    with error_boundary():
        if st.button(
            "Try them under stress", icon=":material/science:", help=_STRESS_HELP, disabled=not tests, key="add-stress"
        ):
            _enqueue_and_show(benchmark.resume(data.store(), record.id, tests).id, switch_page=True)


def is_stale(record: BenchmarkRecord) -> bool:
    """Whether a benchmark is queued and no process will run it, because the odviz that queued it was closed."""
    if record.state is not State.QUEUED or record.id in data.runner().snapshot.scheduled:
        return False
    return record.owner == Owner.here() or is_abandoned(record)  # another odviz that is alive runs what it queued


def run_button(record: BenchmarkRecord, switch_page: bool = False) -> None:
    """Draw a button that enqueues a stale benchmark in this odviz.

    Args:
        record: the benchmark.
        switch_page: switch to the page that shows progress.
    """
    if may_change() and st.button("Run it now", icon=":material/play_arrow:", key=f"run-now-{record.id}"):
        _enqueue_and_show(record.id, switch_page)


def ended_note(record: BenchmarkRecord, result: BenchmarkResult, shows_host: bool) -> bool:
    """Draw what a benchmark did not measure, or that its times are imprecise; returns whether anything was drawn.

    Args:
        record: the benchmark.
        result: what it measured.
        shows_host: whether times of this machine are on the page: measuring longer narrows no others.
    """
    missing = shortfall(result)
    if missing:
        st.warning("  \n".join(map(plain, missing)), icon=":material/warning:")
    imprecise = benchmark_text.imprecise_times(result) if shows_host and not record.failure else ""
    if imprecise:
        st.info(imprecise, icon=":material/more_time:")
    return bool(missing or imprecise)


def started_here(benchmark_id: str) -> bool:
    """Whether this visitor started the benchmark in this browser window."""
    return benchmark_id in st.session_state.get(_STARTED, ())


def stop_button(label: str, benchmark_id: str) -> bool:
    """A button that stops a benchmark or removes it from the queue; finished results are kept.

    For a benchmark that was started in another window the button asks for confirmation.

    Returns:
        Whether the benchmark was stopped.
    """
    if not may_change():
        return False
    if started_here(benchmark_id):
        pressed = _button(label, benchmark_id)
    else:
        with st.popover(label, icon=_ICON):
            st.markdown("This benchmark was started in another window. Somebody may be waiting for it.")
            pressed = _button(f"{label} anyway", benchmark_id)
    if pressed:
        data.runner().cancel(benchmark_id)
        st.session_state[_STOPPED] = benchmark_id
    return pressed


def _button(label: str, benchmark_id: str) -> bool:
    return st.button(label, key=f"stop-{benchmark_id}", icon=_ICON, help="Finished results are kept.")


def followed() -> tuple[str, ...]:
    """Benchmarks whose end concerns this visitor: the one stopped here last, then those started, newest first."""
    started = [*st.session_state.get(_STARTED, ())][::-1]
    return tuple(filter(None, dict.fromkeys([str(st.session_state.get(_STOPPED, "")), *started])))
