"""Why a variant is fast or slow: a sentence, time by operator before and after, and what was tried."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.charts.why import operator_times, removed_layers
from odviz.domain.errors import UnknownName
from odviz.domain.model import Artifact
from odviz.domain.target import OperatingPoint
from odviz.domain.why import WhyReport
from odviz.execution.progress import Progress
from odviz.report import why_text
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming, why
from odviz.ui.parts import layout
from odviz.ui.parts.chart import chart
from odviz.ui.parts.choice import choose, warn_unknown
from odviz.ui.parts.data_table import rows_table
from odviz.ui.url_state import UrlField

_VARIANT = "explain"
"""Widget key and URL parameter: position in the plan of the variant."""

URL_FIELDS = (UrlField(_VARIANT, str, str),)


def why_so_fast(view: AnalysisView, selected: tuple[int, ...]) -> None:
    """Draw the tab.

    Args:
        view: the analysis; what is shown depends on its benchmark alone.
        selected: positions in the plan of the selected variants; the first is explained until another is chosen.
    """
    benchmark = view.benchmark_view.data
    candidates = {
        str(benchmark.points.index(candidate.host_point)): candidate
        for candidate in view.analysis.candidates
        if candidate.host_point in benchmark.files
    }
    if not candidates:
        st.info("No variant of this benchmark has a file that could be profiled.")
        return
    titles = {position: naming.point(candidate.host_point) for position, candidate in candidates.items()}
    key = _VARIANT if view.slot == "a" else f"{_VARIANT}-{view.slot}"
    warn_unknown(key, candidates, "this benchmark has no variant of that number")
    position = choose("Variant", titles, key, _default(view, selected, candidates))
    point = candidates[position].host_point
    _explained(point, benchmark.files[point].file, f"{view.slot}-{position}")


def _default(view: AnalysisView, selected: tuple[int, ...], candidates: dict[str, Candidate]) -> str:
    """A selected variant, else the recommended one, else the first."""
    wanted = [str(index) for index in selected]
    if view.recommendation:
        wanted.append(str(view.benchmark_view.data.points.index(view.recommendation.candidate.host_point)))
    return next((position for position in wanted if position in candidates), next(iter(candidates)))


@st.fragment  # the rest of the page stays usable while a variant is profiled
def _explained(point: OperatingPoint, file: Artifact, key: str) -> None:
    """The explanation of a variant, or a button that makes it."""
    target = point.target
    try:
        report = why.kept(point.variant, file.sha256, target.runtime, target.threads)
    except UnknownName:  # its task or runtime no longer exists
        st.info("What this variant was made of is no longer here, so it cannot be explained.")
        return
    if report is None:
        report = _found_out(point, file, key)
    if report is not None:
        _show(report, key)


def _found_out(point: OperatingPoint, file: Artifact, key: str) -> WhyReport | None:
    """Draw the button; the explanation, once it was pressed."""
    place = st.empty()
    with place.container():
        st.markdown(
            "Where does the time go? odviz runs the uncompressed and the compressed file step by step (operator by "
            "operator), then changes what it suspects and times both in turns. This takes about a minute, in "
            "which no benchmark is measured."
        )
        pressed = st.button("Find out why", key=f"why-{key}", icon=":material/troubleshoot:")
    report = None
    if pressed:
        with layout.error_boundary():
            bar = place.progress(0.0, "Starting")

            def tell(progress: Progress) -> None:
                bar.progress(progress.share, plain(progress.label))

            report = why.explain(point.variant, file, point.target.runtime, point.target.threads, tell)
            place.empty()
    return report


def _show(report: WhyReport, key: str) -> None:
    sentence = plain(why_text.sentence(report))
    st.markdown(f"**{sentence}**")
    for line in (*why_text.further(report), why_text.macs(report)):
        if line:
            st.markdown(plain(line))
    bars = [("Now", report.own)]
    if report.parent:
        bars.insert(0, ("Uncompressed", report.parent))
    figure = operator_times(bars, why_text.ROLES, why_text.REST, layout.look())
    chart(figure, f"operators-{key}", f"{sentence} The table has the same figures.")
    st.caption(plain(why_text.how(report)))
    if report.removed:
        st.subheader("What was removed, layer by layer", anchor=False)
        chart(removed_layers(report.removed, layout.look()), f"removed-{key}", plain(why_text.macs(report)))
    with st.expander("What was tried", expanded=False, key=f"tried-why-{key}"):
        if report.experiments:
            rows_table(why_text.TRIED, why_text.experiment_rows(report), "Each change, and the time before and after")
        else:
            st.caption("Nothing was suspected, so nothing was tried.")
    with st.expander("Figures of each type of operator", key=f"operator-table-{key}"):
        rows_table(why_text.OPERATORS, why_text.operator_rows(report.own, report.parent), "Time by operator")
    st.caption(plain(why_text.limits(report)))
    if report.cut_short:
        st.caption("Time ran out before all was tried.")
