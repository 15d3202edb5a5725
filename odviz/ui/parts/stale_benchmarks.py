"""Queued benchmarks that no process will run, because the odviz that queued them was closed."""

from __future__ import annotations

import streamlit as st

from odviz.domain.result import State
from odviz.store import BenchmarkRecord, Owner, is_abandoned
from odviz.ui import data
from odviz.ui.parts import benchmark_control


def is_stale(record: BenchmarkRecord) -> bool:
    """Whether a benchmark is queued and no process will run it."""
    snapshot = data.runner().snapshot
    if record.state is not State.QUEUED or record.id in (snapshot.benchmark, *snapshot.queue):
        return False
    return record.owner == Owner.here() or is_abandoned(record)  # another odviz that is alive runs what it queued


def run_button(record: BenchmarkRecord, switch_page: bool = False) -> None:
    """A button that enqueues a stale benchmark in this odviz.

    Args:
        record: the benchmark.
        switch_page: switch to the page that shows progress.
    """
    if st.button("Run it now", icon=":material/play_arrow:", key=f"run-now-{record.id}"):
        benchmark_control.enqueue_and_show(record.id, switch_page)
