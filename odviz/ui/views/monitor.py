"""Monitor: whether a device still answers as its variant did in the benchmark."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from odviz.charts.evidence import evidence_chart
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Release
from odviz.report import monitor_text
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.services.release_log import registry
from odviz.store import BenchmarkRecord
from odviz.ui import data, monitor_data
from odviz.ui.parts import benchmark_choice, incidents, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField, number, restore, save

PAGE = "monitor"
_RELEASE, _VARIANT, _DEADLINE, _LOG = "release", "variant", "deadline-ms", "answer-log"
_NONE = ""
_LONGEST_MS = 1e6

ReportOn = Callable[[float | None, UploadedFile], MonitorReport]
"""Compares a log with a variant, given a deadline in seconds."""


def render() -> None:
    """Draw the page."""
    layout.page(PAGE, "Monitor", "Whether a device still answers as the variant did in its benchmark.")
    with layout.error_boundary():
        _page()


def _page() -> None:
    fields = (
        *benchmark_choice.url_fields()[:2],
        UrlField(_RELEASE, _parse_release, str, depends_on=benchmark_choice.TASK),
        UrlField(_VARIANT, str, str, depends_on=benchmark_choice.TASK),
        UrlField(_DEADLINE, number(0.001, _LONGEST_MS), lambda value: f"{value:g}"),
    )
    layout.warn(restore(PAGE, fields))
    messages = st.container()
    with layout.choices():
        task = benchmark_choice.choose_task()
        source = _choose_release(task) or benchmark_choice.choose_benchmark(benchmark_choice.that_ran(task), messages)
    if source is None:
        st.info("Nothing of this task was measured yet: a log is compared with a benchmark.", icon=":material/sensors:")
        st.page_link("pages/new_benchmark.py", label="Measure something", icon=":material/play_arrow:")
        save(PAGE, fields)
        return
    with st.container(border=True):
        columns = st.columns([2, 1])
        with columns[0]:
            report_on = _of_release(source) if isinstance(source, Release) else _of_benchmark(source)
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
            "`latency_ms`, `label`, `input`, `release`."
        )
        st.code('{"time": 1764501605.2, "prediction": "coat", "confidence": 0.93, "latency_ms": 8.4}', language="json")
        st.caption("docs/monitoring.md describes every entry, and has a logger in Python and in Kotlin.")
    else:
        deadline_s = None if deadline_ms is None else deadline_ms / 1000
        with layout.error_boundary():
            _report(report_on(deadline_s, upload))
    incidents.incident_list()


def _choose_release(task: str) -> Release | None:
    """Draw the choice of a release, if the task has any."""
    releases = {one.id: one for one in reversed(registry(data.store()).releases) if one.task == task}
    if not releases:
        st.session_state.pop(_RELEASE, None)
        return None
    titles = {_NONE: "a variant of a benchmark", **{name: name for name in releases}}
    return releases.get(choose("What wrote the log", titles, _RELEASE, _NONE))


def _of_release(release: Release) -> ReportOn:
    st.markdown(f"{plain(release.id)}: {naming.point(release.point)}")
    return partial(monitor_data.of_release, release)


def _of_benchmark(record: BenchmarkRecord) -> ReportOn:
    points = {point.label: point for point in data.store().points(record.id)}
    titles = {label: naming.point(point) for label, point in points.items()}
    label = choose("Variant on the device", titles, _VARIANT, next(iter(points)))
    return partial(monitor_data.of_benchmark, record, points[label])


def _parse_release(text: str) -> str:
    """The id of a release; a link to one may leave out its task."""
    release = registry(data.store()).find(text)
    st.session_state[benchmark_choice.TASK] = release.task
    return release.id


def _report(report: MonitorReport) -> None:
    st.subheader(plain(monitor_text.headline(report)), anchor=False)
    for warning in monitor_text.warnings(report):
        st.warning(warning, icon=":material/warning:")
    st.caption(f"{report.answers:,} answers, {report.begin:%Y-%m-%d %H:%M} to {report.end:%Y-%m-%d %H:%M} UTC.")
    if report.alarms:
        incidents.alarm_actions(report)
    alt = "How strong the evidence of a change is over time, for each kind of change"
    chart(evidence_chart(report.evidence, monitor_text.KINDS, layout.look()), "evidence", alt)
    if report.alarms:
        alt = "Alarms in the order in which they were raised"
        rows_table(monitor_text.ALARMS, monitor_text.alarm_rows(report.alarms), alt)
    rows_table(monitor_text.ACCURACY, monitor_text.accuracy_rows(report), "Accuracy in the benchmark and of the log")
    st.caption(plain(f"{monitor_text.accuracy_note(report)} {monitor_text.NOTE}"))
