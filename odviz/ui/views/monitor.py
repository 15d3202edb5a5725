"""Monitor: whether a device still answers as its variant did in the benchmark."""

from __future__ import annotations

import streamlit as st

from odviz.charts.evidence import evidence_chart
from odviz.domain.monitoring import MonitorReport
from odviz.report import monitor_text
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.ui import data, monitor_data
from odviz.ui.parts import benchmark_choice, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose
from odviz.ui.parts.data_table import data_table
from odviz.ui.url_state import UrlField, number, restore, save

PAGE = "monitor"
_VARIANT, _DEADLINE, _LOG = "variant", "deadline-ms", "answer-log"
_LONGEST_MS = 1e6


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Monitor", "Whether a device still answers as the variant did in its benchmark.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = (
        *benchmark_choice.url_fields()[:2],
        UrlField(_VARIANT, str, str, depends_on=benchmark_choice.TASK),
        UrlField(_DEADLINE, number(0.001, _LONGEST_MS), lambda value: f"{value:g}"),
    )
    layout.warn(restore(PAGE, fields))
    messages = st.container()
    with layout.choices():
        task = benchmark_choice.choose_task()
        records = [record for record in data.recent(task) if record.environment is not None]
        record = benchmark_choice.choose_benchmark(records, messages)
    if record is None:
        st.info("Nothing of this task was measured yet: a log is compared with a benchmark.", icon=":material/sensors:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
        save(PAGE, fields)
        return
    points = {point.label: point for point in data.store().points(record.id)}
    with st.container(border=True):
        columns = st.columns([2, 1])
        with columns[0]:
            titles = {label: naming.point(point) for label, point in points.items()}
            label = choose("Variant on the device", titles, _VARIANT, next(iter(points)))
        with columns[1]:
            deadline_ms = st.number_input(
                "Deadline (ms)",
                min_value=0.001,
                max_value=_LONGEST_MS,
                value=None,
                format="%g",
                key=_DEADLINE,
                placeholder="measured p50 and p90",
                help="No more than 1 % of the answers may take longer. Without one the measured times count.",
            )
        upload = st.file_uploader(
            "Log of the device", type=["jsonl", "csv"], key=_LOG, max_upload_size=monitor_data.LARGEST >> 20
        )
    save(PAGE, fields)
    if upload is None:
        st.markdown(
            "A line for each answer, as JSON or CSV: `time`, `prediction`, `confidence`, and if you have them "
            "`latency_ms`, `label`, `input`."
        )
        st.code('{"time": 1764501605.2, "prediction": "coat", "confidence": 0.93, "latency_ms": 8.4}', language="json")
        st.caption("docs/monitoring.md describes every entry, and has a logger in Python and in Kotlin.")
        return
    deadline_s = None if deadline_ms is None else deadline_ms / 1000
    with layout.error_boundary():
        _report(monitor_data.monitored(record, points[label], deadline_s, upload))


def _report(report: MonitorReport) -> None:
    st.subheader(plain(monitor_text.headline(report)), anchor=False)
    for warning in monitor_text.warnings(report):
        st.warning(warning, icon=":material/warning:")
    st.caption(f"{report.answers:,} answers, {report.begin:%Y-%m-%d %H:%M} to {report.end:%Y-%m-%d %H:%M} UTC.")
    alt = "How strong the evidence of a change is over time, for each kind of change"
    chart(evidence_chart(report.evidence, monitor_text.KINDS, layout.look()), "evidence", alt)
    if report.alarms:
        _table(monitor_text.ALARMS, monitor_text.alarm_rows(report), "Alarms in the order in which they were raised")
    _table(monitor_text.ACCURACY, monitor_text.accuracy_rows(report), "Accuracy in the benchmark and of the log")
    st.caption(plain(f"{monitor_text.accuracy_note(report)} {monitor_text.NOTE}"))


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]], alt: str) -> None:
    data_table({heading: list(column) for heading, column in zip(headings, zip(*rows, strict=True), strict=True)}, alt)
