"""Ways to another page that take along what was chosen here."""

from __future__ import annotations

import streamlit as st

from odviz.store import BenchmarkRecord
from odviz.ui.link import OF_ONE_BENCHMARK, chosen_on


def fronts(record: BenchmarkRecord, label: str) -> None:
    """A link to the fronts of a benchmark, for the device and under the limits that were chosen there last."""
    chosen = {name: text for name, text in chosen_on("explore").items() if name not in ("task", *OF_ONE_BENCHMARK)}
    st.page_link(
        "pages/explore.py",
        label=label,
        icon=":material/explore:",
        query_params={**chosen, "task": record.plan.task, "benchmark": record.id},
    )


def choose(task: str) -> None:
    """A link to the page where a person chooses what to measure, for this task."""
    st.page_link(
        "pages/new_benchmark.py",
        label="Choose what to measure",
        icon=":material/checklist:",
        query_params={"task": task},
    )
