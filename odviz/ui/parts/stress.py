"""Whether variants hold up: the recommendation under stress, accuracy by severity, further tests, and a form."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.stress import Stability, UnderStress
from odviz.charts.severity import MOST_LINES, severity_lines
from odviz.domain.target import OperatingPoint, parent_of
from odviz.objectives.robust_accuracy import STRESS as CORRUPTIONS
from odviz.report import stress_text
from odviz.report.markdown import plain
from odviz.report.stress_part import StressPart
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.stress import STRESS_TESTS
from odviz.tasks import TASKS
from odviz.ui import data
from odviz.ui.parts import benchmark_control, layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.data_table import rows_table

_SIGNS = {
    Stability.STAYS: (st.success, ":material/verified:"),
    Stability.PERHAPS: (st.info, ":material/help:"),
    Stability.CHANGES: (st.warning, ":material/swap_horiz:"),
    Stability.UNKNOWN: (st.info, ":material/help:"),
}


def under_stress(view: AnalysisView, selected: tuple[int, ...]) -> None:
    """Draw the tab.

    Args:
        view: the analysis under limits.
        selected: positions in the plan of the selected variants, which are drawn first.
    """
    benchmark = view.benchmark_view.data
    if not benchmark.stress and not benchmark.stress_failures:
        st.markdown(
            "A model that is good on its test set may fail on what comes in daily use: noise, blur, typing errors, "
            "things that it does not know. Stress tests try every variant of this benchmark on that, and say whether "
            "the recommendation stays."
        )
    answers = data.under_stress_of(view)
    if answers:
        _answer(answers)
    points = _points(view, answers, selected)
    if any(CORRUPTIONS in outcomes for outcomes in benchmark.stress.values()):
        _disturbed(view, points)
    for part in data.stress_parts_of(view.record):
        _part(view, part)
    _failures(view)
    _form(view)


def _answer(answers: tuple[UnderStress, ...]) -> None:
    draw, icon = _SIGNS[stress_text.worst_change(answers)]
    draw(f"**{plain(stress_text.overall(answers, naming.point))}**", icon=icon)
    if len(answers) == 1:
        st.markdown(plain(stress_text.fronts_sentence(answers[0], naming.point)))
    else:
        rows_table(*stress_text.rows_of_answers(answers, naming.point), "The answer under each stress")
    with st.expander("Which variants stay on a front", key="stress-fronts"):
        rows_table(*stress_text.rows_of_fronts(answers, naming.point), "Fronts under each stress")
        st.caption(plain(" ".join(stress_text.notes(answers, naming.point))))


def _points(
    view: AnalysisView, answers: tuple[UnderStress, ...], selected: tuple[int, ...]
) -> tuple[OperatingPoint, ...]:
    """The variants that are drawn: selected, recommended, their networks, then those on the fronts."""
    candidates = [view.analysis.candidates[row] for row in view.benchmark_view.rows_of(selected)]
    disturbed = next((one for one in answers if one.test == CORRUPTIONS), None)
    candidates += [candidate for candidate in disturbed.recommended if candidate] if disturbed else []
    wanted = [candidate.host_point for candidate in candidates]
    if disturbed:
        wanted += [parent_of(point) for point in wanted]
        wanted += [candidate.host_point for candidate in (*disturbed.leaves, *disturbed.stays)]
    tried = [point for point in (*wanted, *view.benchmark_view.data.stress) if _is_tried(view, point)]
    return tuple(dict.fromkeys(tried))[:MOST_LINES]


def _is_tried(view: AnalysisView, point: OperatingPoint) -> bool:
    return CORRUPTIONS in view.benchmark_view.data.stress.get(point, {})


def _disturbed(view: AnalysisView, points: tuple[OperatingPoint, ...]) -> None:
    curves = data.severity_curves_of(view.record, tuple(map(view.benchmark_view.data.points.index, points)))
    metric = view.benchmark_view.data.metric
    st.subheader(STRESS_TESTS[CORRUPTIONS].title, anchor=False)
    names = [naming.point(curve.point) for curve in curves]
    figure = severity_lines(names, [curve.by_severity for curve in curves], metric.title, metric.unit, layout.look())
    alt = f"{metric.title} against the severity of disturbances; the tables have the same figures"
    chart(figure, f"severity-{view.slot}", alt)
    for alt, (headings, rows) in (
        (f"{metric.title} at each severity", stress_text.rows_by_severity(curves, naming.point)),
        (f"{metric.title} for each kind of disturbance", stress_text.rows_by_kind(curves, naming.point)),
    ):
        st.markdown(f"**{alt}**")
        rows_table(headings, rows, alt)
    total = sum(_is_tried(view, point) for point in view.benchmark_view.data.points)
    more = f"{len(curves)} of {total} variants; select others in a chart or by name. " if total > len(curves) else ""
    st.caption(more + stress_text.EXPLANATION)


def _part(view: AnalysisView, part: StressPart) -> None:
    st.subheader(STRESS_TESTS[part.test].title, anchor=False)
    st.markdown(plain(part.sentence))
    chart(part.draw(layout.look()), f"stress-{part.test}-{view.slot}", f"{part.sentence} The table has the figures.")
    with st.expander("Figures", key=f"figures-{part.test}-{view.slot}"):
        rows_table(part.headings, part.rows, part.sentence)
    st.caption(plain(" ".join(part.notes)))


def _failures(view: AnalysisView) -> None:
    if sentences := stress_text.failures_of(view.benchmark_view.data.stress_failures, naming.point):
        with st.expander(f"Could not be tried ({len(sentences)})", key=f"stress-failures-{view.slot}"):
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def _form(view: AnalysisView) -> None:
    """A choice of the tests that are left, and a button that runs them; on the first device only."""
    record = view.record
    if view.slot != "a" or not record.state.ended or record.imported or record.plan.task not in TASKS:
        return
    benchmark = view.benchmark_view.data
    complete = {
        name
        for name in STRESS_TESTS.names()
        if all(name in benchmark.stress.get(candidate.host_point, {}) for candidate in view.analysis.candidates)
    }
    left = [name for name in benchmark_control.stress_tests(record.plan.task) if name not in complete]
    if not left or not view.analysis.candidates:
        return
    with st.container(border=True):
        tests = st.multiselect(
            "Find out how it holds up",
            left,
            [CORRUPTIONS] if CORRUPTIONS in left else [],
            format_func=stress_text.title,
            key=f"stress-tests-{record.id}",
            placeholder="choose tests",
        )
        for name in tests:
            st.caption(f"{STRESS_TESTS[name].title}: {STRESS_TESTS[name].summary}")
        benchmark_control.add_stress(record, tuple(tests))
