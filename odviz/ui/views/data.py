"""Data: whether the items of a task are good enough to choose a variant by."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.report.markdown import link, plain
from odviz.services import data_source
from odviz.store import BenchmarkRecord
from odviz.tasks import TASKS
from odviz.ui import data
from odviz.ui.parts import benchmark_choice, data_checks, layout
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
        record = benchmark_choice.choose_benchmark(_predicting(task), messages)
        if record is None:
            st.caption("Without a benchmark nothing is known of predictions: labels, leaks and size are judged alone.")
    with messages:
        layout.warn(problems)
    if task in TASKS:
        with layout.error_boundary():
            data_checks.data_checks(task, record)
        with layout.error_boundary():
            _source(task)
    else:
        st.info("The data of this task were removed.")
    save(PAGE, fields)


def _predicting(task: str) -> Sequence[BenchmarkRecord]:
    """The benchmarks of a task that ran."""
    return [record for record in data.recent(task) if record.environment is not None]


def _source(task: str) -> None:
    """Where the data come from, and what may be done with them."""
    source = data_source.source(task)
    st.header("Where the data come from", anchor=False)
    lines = [
        ("", plain(source.description)),
        ("Licence", link(source.licence_url, source.licence) if source.licence else ""),
        ("Original", link(source.url, source.url) if source.url else ""),
        ("Cite", plain(source.citation)),
        ("What they do not show", plain(source.limits)),
        ("Your files", plain(", ".join(f"{name} (sha256 {sha256[:12]}…)" for name, sha256 in source.files))),
        ("How they were read", plain(" ".join(source.remarks))),
    ]
    written = [f"**{title}**: {text}" if title else text for title, text in lines if text]
    st.markdown("\n\n".join(written) or "Nothing is recorded of their source.")
