"""Going on with a benchmark that has ended."""

from __future__ import annotations

import streamlit as st

from odviz.services import benchmark
from odviz.store import BenchmarkRecord
from odviz.ui import data
from odviz.ui.parts import benchmark_control
from odviz.ui.parts.layout import guarded

_HELP = "Times as much again on top of what there is: intervals shrink, and what was stopped is finished."


def resume(record: BenchmarkRecord, leave: bool = False) -> None:
    """A button that times as much again; where that would mix figures, the reason comes in its place.

    Args:
        record: what has ended.
        leave: for the page that shows how far it is, where this one does not.
    """
    with guarded():
        if st.button("Go on measuring", icon=":material/more_time:", help=_HELP, key=f"go-on-{record.id}"):
            benchmark_control.take_up_and_show(benchmark.resume(data.store(), record.id).id, leave)
