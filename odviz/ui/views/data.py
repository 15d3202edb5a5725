"""Data: whether the items of a task are good enough to choose a variant by."""

from __future__ import annotations

import streamlit as st

from odviz.tasks import TASKS
from odviz.ui.parts import benchmark_choice, card, data_checks, layout
from odviz.ui.url_state import restore, save

PAGE = "data"


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Data", "Are the test and calibration items good enough to choose a variant by?")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = benchmark_choice.url_fields()[:2]
    problems = restore(PAGE, fields)
    messages = st.container()
    with layout.choices():
        task = benchmark_choice.choose_task()
        record = benchmark_choice.choose_benchmark(benchmark_choice.that_ran(task), messages)
        if record is None:
            st.caption("Without a benchmark nothing is known of predictions: labels, leaks and size are judged alone.")
    with messages:
        layout.warn(problems)
    if task in TASKS:
        with layout.error_boundary():
            data_checks.data_checks(task, record)
        st.header("Data card", anchor=False)
        with layout.error_boundary():
            card.data_card(task)
    else:
        st.info("The data of this task were removed.")
    save(PAGE, fields)
