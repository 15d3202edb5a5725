"""Starting and stopping benchmarks, and which of them this visitor started."""

from __future__ import annotations

import streamlit as st

from odviz.domain.plan import BenchmarkPlan
from odviz.services import benchmark
from odviz.ui import data

_STARTED, _STOPPED = "_started", "_stopped"
_ICON = ":material/stop:"


def submit(plan: BenchmarkPlan) -> str:
    """Queue a benchmark, to run as soon as the machine is free; returns its id."""
    benchmark_id = benchmark.submit(data.store(), plan).id
    enqueue(benchmark_id)
    return benchmark_id


def enqueue(benchmark_id: str) -> None:
    """Have this server run a benchmark that waits in the database."""
    data.runner().add(benchmark_id)
    st.session_state.setdefault(_STARTED, {})[benchmark_id] = None  # a dict keeps the order


def enqueue_and_show(benchmark_id: str, switch_page: bool) -> None:
    """Enqueue a benchmark, then rerun this page or switch to the one that shows progress."""
    enqueue(benchmark_id)
    if switch_page:
        st.switch_page("pages/new_benchmark.py")
    st.rerun()


def started_here(benchmark_id: str) -> bool:
    """Whether this visitor started the benchmark in this browser window."""
    return benchmark_id in st.session_state.get(_STARTED, ())


def stop_button(label: str, benchmark_id: str) -> bool:
    """A button that stops a benchmark or removes it from the queue; finished results are kept.

    For a benchmark that was started in another window the button asks for confirmation.

    Returns:
        Whether the benchmark was stopped.
    """
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
