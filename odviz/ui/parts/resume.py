"""A button that resumes a benchmark that has ended."""

from __future__ import annotations

import streamlit as st

from odviz.services import benchmark
from odviz.store import BenchmarkRecord
from odviz.ui import data
from odviz.ui.parts import benchmark_control
from odviz.ui.parts.layout import error_boundary

_HELP = "Times every variant as much again: intervals shrink, and what was stopped is finished."


def resume(record: BenchmarkRecord, switch_page: bool = False) -> None:
    """Draw the button; where resuming would mix incompatible results, pressing it shows the reason.

    Args:
        record: a benchmark that has ended.
        switch_page: switch to the page that shows progress.
    """
    with error_boundary():
        if st.button("Continue measuring", icon=":material/more_time:", help=_HELP, key=f"resume-{record.id}"):
            benchmark_control.enqueue_and_show(benchmark.resume(data.store(), record.id).id, switch_page)
