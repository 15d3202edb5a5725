"""The checks of a data set: a button that makes them, one headline, then an answer and examples for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.charts.sparkline import sparkline
from odviz.domain.data_quality import Case, CheckReport, DataFinding, DataReport, Item, Severity
from odviz.report import data_text
from odviz.report.items import ItemView
from odviz.report.markdown import plain
from odviz.services import data_quality
from odviz.store import BenchmarkRecord
from odviz.ui import data
from odviz.ui.parts import layout
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.layout import error_boundary

_ICONS = {
    None: ":gray[–]",
    Severity.FINE: ":green[✓]",
    Severity.LOOK: ":orange[≈]",
    Severity.ACT: ":red[!]",
}
_CASES, _PHONE_CASES, _MORE = 6, 2, 24
"""Cases that are drawn at first, there and on a phone, and by each press of the button."""

_MOST_ITEMS = 3
"""Items of a case that are drawn."""

_TILE_PX = 250

_GAP = 6
"""Pixels between pictures that are shown together."""


@st.fragment  # the rest of the page stays usable while the data are looked at
def data_checks(task: str, record: BenchmarkRecord | None) -> None:
    """Draw the report on the data of a task, or a button that makes it.

    Args:
        task: name of the task.
        record: the benchmark whose predictions are used; None for none.
    """
    report = data.data_report(task, record) or _looked(task, record)
    if report:
        _show(report)


def _looked(task: str, record: BenchmarkRecord | None) -> DataReport | None:
    """Draw the button; the report, once it was pressed."""
    place = st.empty()
    with place.container():
        pressed = st.button("Look at the data", type="primary", icon=":material/search:")
        st.caption(
            "Compares all items with each other and with what was predicted. Takes a few seconds; nothing is measured "
            "meanwhile."
        )
    if not pressed:
        return None
    report = None
    with error_boundary():
        bar = place.progress(0.0, "Starting")
        benchmark = load_benchmark_data(data.store(), record.id) if record else None
        report = data_quality.inspect(
            task, benchmark, lambda done, total, title: bar.progress(done / total, plain(title))
        )
        place.empty()
    return report


def _show(report: DataReport) -> None:
    tests, calibration = report.items
    st.header(plain(data_text.headline(report)), anchor=False)
    using = f"; predictions of benchmark {report.benchmark}" if report.benchmark else ""
    st.caption(f"{tests:,} test items, {calibration:,} calibration items{using}.")
    for check in report.checks:
        _check(report, check)


def _check(report: DataReport, check: CheckReport) -> None:
    verdict = data_text.SEVERITIES[check.severity]
    with st.container(border=True, key=f"check-{check.name}"):
        st.markdown(f"{_ICONS[check.severity]} **{plain(check.title)}** :small[({verdict})]")
        st.markdown(plain(data_text.answer(check)))
        for number, finding in enumerate(check.findings):
            if finding.cases and finding.severity > Severity.FINE:
                _cases(report.task, finding, f"{check.name}-{number}")
        with st.expander("How this is looked at, and all figures", key=f"how-{check.name}"):
            st.caption(plain(check.method))
            _figures(check)


def _figures(check: CheckReport) -> None:
    rows = [row for finding in check.findings for row in data_text.figure_rows(finding)]
    if rows:
        columns = {heading: [row[place] for row in rows] for place, heading in enumerate(data_text.FIGURES)}
        data_table(columns, f"Figures of the check: {check.title}")


def _cases(task: str, finding: DataFinding, key: str) -> None:
    """Draw the items that show a finding, the most telling first."""
    key = f"cases-{task}-{key}"
    number = st.session_state.get(key, _PHONE_CASES if layout.is_phone() else _CASES)
    cases = finding.cases[:number]
    views = data.data_items(task, tuple(one for case in cases for one in _drawn(case)))
    if not views:
        return
    with layout.error_boundary(), st.grid(4, min_column_width=_TILE_PX):
        for case in cases:
            drawn = _drawn(case)
            with st.container(border=True, gap="xxsmall"):
                _draw_items([views[one] for one in drawn], _words(case, drawn))
    left = len(finding.cases) - number
    if left > 0:

        def more() -> None:
            st.session_state[key] = number + _MORE

        st.button(f"Show {min(left, _MORE)} more of {left:,}", key=f"more-{key}", on_click=more)


def _drawn(case: Case) -> Sequence[Item]:
    return case.items[:_MOST_ITEMS]


def _words(case: Case, drawn: Sequence[Item]) -> str:
    """Which items these are, and what is to be seen."""
    names = ", ".join(f"{one.split} item {one.index:,}" for one in drawn)
    others = len(case.items) - len(drawn)
    rest = f" and {others:,} more" if others else ""
    return f"{names}{rest}: {case.caption}" if case.caption else f"{names}{rest}"


def _draw_items(views: Sequence[ItemView], caption: str) -> None:
    """Draw items that are to be compared.

    Args:
        views: of the items, of one kind.
        caption: below them.
    """
    pictures = [view.picture for view in views if view.picture is not None]
    if pictures:
        st.image(_beside(pictures), width="content")
    for view in views:
        if view.curves is not None:
            st.image(sparkline(view.curves, layout.look()), width="stretch")
        elif view.text:
            st.markdown(f"> {plain(view.text)}")
        elif view.numbers:
            st.markdown(" · ".join(f"{plain(name)} **{plain(number)}**" for name, number in view.numbers.items()))
    st.caption(plain(caption))


def _beside(pictures: Sequence[np.ndarray]) -> np.ndarray:  # type: ignore[type-arg]
    """Pictures of one size as one picture with white between them."""
    gap = np.full((pictures[0].shape[0], _GAP, 3), 255, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)]
    return np.concatenate(parts[1:], axis=1)
