"""A benchmark that was left in nobody's line, because the odviz it waited for was closed."""

from __future__ import annotations

import streamlit as st

from odviz.domain.result import State
from odviz.store import BenchmarkRecord, Owner, deserted
from odviz.ui import data
from odviz.ui.parts import benchmark_control


def left_waiting(record: BenchmarkRecord) -> bool:
    """Whether nobody will measure it unless somebody asks."""
    now = data.runner().snapshot
    if record.state is not State.QUEUED or record.id in (now.benchmark, *now.queue):
        return False
    return record.owner == Owner.here() or deserted(record)  # what another odviz that is alive queued, it will measure


def run_it_now(record: BenchmarkRecord, leave: bool = False) -> None:
    """A button that puts it into this odviz's line.

    Args:
        record: what was left waiting.
        leave: for the page that shows how far it is, where this one does not.
    """
    if st.button("Run it now", icon=":material/play_arrow:", key=f"run-now-{record.id}"):
        benchmark_control.take_up_and_show(record.id, leave)
