"""Links to other pages that carry the current choices along."""

from __future__ import annotations

import streamlit as st

from odviz.domain.plan import BenchmarkPlan
from odviz.library.rights import may_change
from odviz.store import BenchmarkRecord
from odviz.ui.parts.plan_form import address_of
from odviz.ui.url_state import BENCHMARK_CHOICES, saved_choices


def fronts_link(record: BenchmarkRecord, label: str) -> None:
    """A link to the fronts of a benchmark, with the device and limits last chosen in Explore."""
    kept = {name: text for name, text in saved_choices("explore").items() if name not in ("task", *BENCHMARK_CHOICES)}
    st.page_link(
        "pages/explore.py",
        label=label,
        icon=":material/explore:",
        query_params={**kept, "task": record.plan.task, "benchmark": record.id},
    )


def plan_link(task: str) -> None:
    """A link to the page where a benchmark of this task is planned."""
    if not may_change():
        return
    st.page_link(
        "pages/new_benchmark.py",
        label="Choose what to measure",
        icon=":material/checklist:",
        query_params={"task": task},
    )


def same_plan_link(plan: BenchmarkPlan, label: str) -> None:
    """A link to the page where a benchmark is planned, with everything chosen as in a plan of little effort."""
    st.page_link("pages/new_benchmark.py", label=label, icon=":material/checklist:", query_params=address_of(plan))
