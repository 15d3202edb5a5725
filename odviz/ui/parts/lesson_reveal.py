"""The measurement of a lesson, here or recorded, and what it reveals."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from odviz.charts import lesson as lesson_chart
from odviz.domain.errors import UnknownName
from odviz.domain.lesson import Answer, Range
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.lessons.base import Evidence, LessonPlugin, View
from odviz.report import lesson_text
from odviz.report.markdown import plain
from odviz.services import lessons
from odviz.store import BenchmarkRecord
from odviz.ui import class_server, data
from odviz.ui.class_access import opened
from odviz.ui.parts import benchmark_control, live_benchmark, page_links, pupil
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import error_boundary, look
from odviz.units import estimate

_WAIT_S = 3.0
"""Seconds between two looks whether the teacher has revealed a lesson."""

_STARTED = "_lesson_benchmarks"
"""Benchmark that this session started for a lesson, by the lesson's name."""


def measure(plugin: LessonPlugin, answer: Answer) -> None:
    """Draw the ways to the truth; the chosen one reveals it and reruns the page."""
    classroom = opened()
    if classroom and class_server.is_pupil() and plugin.name not in classroom.revealed:
        _wait(plugin.name)
        return
    if plugin.plan is None:
        if st.button("Reveal the published measurements", type="primary", icon=":material/visibility:"):
            _reveal(plugin, answer, None)
        return
    if running := _running(plugin.plan):
        live_benchmark.progress(running)
        return
    _failed(plugin)
    here = lessons.measured(data.store(), plugin.plan)
    reason = _why_not(plugin.plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        if here and st.button(f"Reveal: {_when(here)}", type="primary", icon=":material/visibility:"):
            _reveal(plugin, answer, data.evidence(here.id))
        if not reason and st.button(
            "Measure again" if here else "Measure it here, now",
            type="secondary" if here else "primary",
            icon=":material/timer:",
            help="Takes about half a minute, up to a minute on a slow computer.",
        ):
            st.session_state.setdefault(_STARTED, {})[plugin.name] = benchmark_control.submit(plugin.plan)
            st.rerun()
        if st.button(
            "Reveal a recorded measurement",
            type="primary" if reason and not here else "secondary",
            icon=":material/history:",
            help="Measured earlier on another computer, whose name is shown with it.",
        ):
            with error_boundary():
                _reveal(plugin, answer, lessons.recorded(plugin.plan))
    if reason:
        st.caption(plain(reason))


@st.fragment(run_every=_WAIT_S)
def _wait(lesson: str) -> None:
    """Draw that the teacher reveals it to all at once, until then."""
    classroom = opened()
    if classroom and lesson in classroom.revealed:
        st.rerun()
    st.info("Your teacher reveals it to everybody at once.", icon=":material/hourglass_top:")


def _running(plan: BenchmarkPlan) -> BenchmarkRecord | None:
    """The benchmark of a plan that this server runs or has in its queue, whoever started it."""
    for benchmark_id in data.runner().snapshot.scheduled:
        record = data.find_benchmark(benchmark_id)
        if record and record.plan == plan:
            return record
    return None


def _why_not(plan: BenchmarkPlan) -> str:
    """Why this visitor cannot measure now; empty if it is possible."""
    who = pupil.current()
    if who and not who.may_measure:
        return "In a class your teacher measures. You can reveal what was measured."
    if data.runner().snapshot.active or data.store().is_measuring():
        return "This computer is measuring something else now, so a recorded measurement is shown."
    return lessons.why_not_here(plan)


def _failed(plugin: LessonPlugin) -> None:
    """Draw why the measurement that this session started has no result."""
    started = st.session_state.get(_STARTED, {}).get(plugin.name)
    record = data.find_benchmark(started) if started else None
    if record and record.state in (State.FAILED, State.CANCELLED):
        reason = plain(record.failure.reason) if record.failure else ""
        st.error(f"It was not measured. {reason}", icon=":material/error:")


def _when(record: BenchmarkRecord) -> str:
    moment = record.last_measured.astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return f"measured here at {moment:%H:%M}" if today else f"measured here on {moment:%d %B}"


def _reveal(plugin: LessonPlugin, answer: Answer, evidence: Evidence | None) -> None:
    with error_boundary():
        lessons.reveal(data.store(), answer, plugin, evidence)
        st.rerun()


def revealed(plugin: LessonPlugin, answer: Answer) -> None:
    """Draw verdict and figures, the control that changes one thing, and the sentence to take home."""
    score = answer.score
    assert score is not None  # stored with the outcome
    words = plain(lesson_text.verdict(plugin.lesson.question, answer))
    if score.right:
        st.success(words, icon=":material/check_circle:")
    else:
        st.info(words, icon=":material/lightbulb:")
    st.caption(plain(lesson_text.origin(answer)))
    try:
        evidence = _evidence(plugin, answer)
    except UnknownName:
        st.warning("Its benchmark was deleted since, so only the figure is left.", icon=":material/delete:")
    else:
        with error_boundary():
            _view(plugin.reveal(evidence).view, f"{plugin.name}-asked", answer.prediction.range)
        st.caption("Brackets and thin lines are intervals: they hold the true value in 95 of 100 such measurements.")
        with error_boundary():
            _change(plugin, evidence)
        _links(plugin, evidence)
    with st.container(border=True):
        st.markdown(f":material/home: **To take home:** {plain(plugin.lesson.sentence)}")
    with st.expander("How points are counted"):
        st.markdown(plain(lesson_text.POINTS))


def _evidence(plugin: LessonPlugin, answer: Answer) -> Evidence | None:
    """The measurement that was revealed to this pupil.

    Raises:
        UnknownName: its benchmark was deleted.
    """
    if plugin.plan is None or answer.outcome is None:
        return None
    return lessons.recorded(plugin.plan) if answer.outcome.recorded else data.evidence(answer.outcome.benchmark)


def _view(view: View, key: str, predicted: Range | None = None) -> None:
    words, drawing = st.columns(2)
    with words:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in view.sentences))
    with drawing:
        st.markdown(f"**{plain(view.picture.title)}**")
        chart(lesson_chart.picture(view.picture, look(), predicted), key=key, alt=_alt(view))


def _alt(view: View) -> str:
    """The picture in words."""
    rows = "; ".join(f"{mark.label}: {estimate(mark.estimate)}" for mark in view.picture.marks)
    return f"{view.picture.title}. {rows}"


def _change(plugin: LessonPlugin, evidence: Evidence | None) -> None:
    """Draw the control, and what comes out once something else is chosen."""
    st.subheader("Change one thing", anchor=False)
    first, *others = plugin.control.options
    option = st.segmented_control(
        f"{plugin.control.label} Until now: {plugin.control.options[first]}. What will change?",
        others,
        format_func=lambda name: plugin.control.options[name],
        key=f"change-{plugin.name}",
    )
    if option:
        _view(plugin.change(evidence, option), f"{plugin.name}-changed")


def _links(plugin: LessonPlugin, evidence: Evidence | None) -> None:
    who = pupil.current()
    if evidence is None and class_server.is_pupil():
        return
    if evidence is None:
        st.page_link("pages/devices.py", label="All published measurements", icon=":material/devices:")
    elif not evidence.recorded:
        page_links.fronts_link(evidence.data.record, "Open this measurement in Explore")
    elif plugin.plan and who and who.may_measure:
        page_links.same_plan_link(plugin.plan, "Open its plan in New benchmark")
