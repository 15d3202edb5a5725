"""Four fronts side by side, of one machine or of two; what is selected in one is ringed in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from odviz.analysis.analysis import AXES, Tradeoff
from odviz.analysis.recommendation import Recommendation, recommend
from odviz.charts import Figure, Look, front
from odviz.charts.columns import Columns
from odviz.charts.front import heights_of, knee_of, span_of, there
from odviz.charts.text import TITLES
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.ui.data import Shown
from odviz.ui.parts.chart import chart
from odviz.ui.parts.device_choice import way_words
from odviz.ui.parts.layout import phone
from odviz.units import counted, percent
from odviz.units import figure as magnitude

_MOST_NAMED = 6
_FETCHED = "_charts_fetched"
_HIDDEN = {"visible": False}
_NOTHING: Figure = {"data": [{"type": "scatter"}], "layout": {"xaxis": _HIDDEN, "yaxis": _HIDDEN}}

PICK = "pick"
"""Where the places in the plan of selected points are kept, and what the address calls them."""


@dataclass(frozen=True, eq=False)
class View:
    """One machine's points under the limits.

    Attributes:
        slot: tells the widgets of two views apart.
        shown: the points.
        tradeoff: the same under the limits.
        margin: accuracy that may be given away, as a share; None where nothing is recommended yet.
        apart: whether the machine stands beside itself, run in another way, which its name must then say.
    """

    slot: str
    shown: Shown
    tradeoff: Tradeoff
    margin: float | None = None
    apart: bool = False

    @cached_property
    def place(self) -> str:
        """The machine, as people call it."""
        target = self.tradeoff.target
        return self.shown.place + (f", {way_words(target)}" if self.apart and target else "")

    @cached_property
    def feasible(self) -> NDArray[np.bool_]:
        """Whether each point keeps the limits and fits."""
        return np.array([each.feasible for each in self.tradeoff.candidates], bool)

    @cached_property
    def advice(self) -> Recommendation | None:
        """What to ship; None where nothing can be said."""
        return None if self.margin is None else recommend(self.tradeoff, self.margin)

    @cached_property
    def recommended(self) -> int | None:
        """Row of the point to ship."""
        if self.advice is None:
            return None
        return next(row for row, each in enumerate(self.tradeoff.candidates) if each is self.advice.candidate)


Drawn = Mapping[Objective, Sequence[Figure]]
"""For each cost one figure per view."""


def figures(views: Sequence[View], look: Look, picked: Sequence[int] = ()) -> Drawn:
    """The four fronts of each view; costs of the same kind share their axis."""
    rows = [view.shown.rows_of(picked) for view in views]
    heights = _around(
        heights_of(view.shown.columns, view.tradeoff.budget.accuracy_floor, row)
        for view, row in zip(views, rows, strict=True)
        if len(view.shown.columns)
    )
    drawn = {}
    for axis in AXES:
        span = _around(
            span_of(view.shown.columns, axis, view.tradeoff.budget.limit(axis))
            for view in views
            if there(view.shown.columns, axis).any()  # an axis without a point would only squeeze the others
        )
        if axis is Objective.ENERGY and not comparable(views):
            span = None
        drawn[axis] = [
            front(
                view.shown.columns,
                axis,
                view.feasible,
                view.tradeoff.budget,
                look,
                row,
                view.place if len(views) > 1 or view.tradeoff.device else "",
                span,
                heights,
                view.recommended,
            )
            for view, row in zip(views, rows, strict=True)
        ]
    return drawn


def comparable(views: Sequence[View]) -> bool:
    """Whether the energies of several machines are of the same kind: of computing alone, or of a whole device."""
    found = set[bool]()
    for columns in (view.shown.columns for view in views):
        found |= set(columns.alone[np.isfinite(columns.centre[Objective.ENERGY])].tolist())
    return len(found) < 2


def _around(ends: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    """The stretch that holds all stretches; None where there is none."""
    found = list(ends)
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def fronts(views: Sequence[View], drawn: Drawn, picture: str = "png", live: bool = False) -> None:
    """Lay figures out: two by two, or one under the other where there is no room; two machines side by side.

    Args:
        views: whose they are.
        drawn: the figures.
        picture: format that the camera button saves.
        live: drawn while a benchmark runs; nothing can be selected then.
    """
    cells = [(axis, view, figure) for axis in AXES for view, figure in zip(views, drawn[axis], strict=True)]
    for pair in zip(cells[::2], cells[1::2], strict=True):
        for place, (axis, view, figure) in zip(st.columns(2, gap="medium"), pair, strict=True):
            key = f"front-{axis.value}-{'live' if live else view.slot}"
            with place:
                chart(figure, key, _alt(view, axis), picture, **({} if live else selecting(key, view.shown)))


@contextmanager
def fetched() -> Iterator[None]:
    """Let the browser fetch what draws charts (5 MB) while the first of them are worked out.

    An empty chart of no height asks it to, once a visit; it is gone when this ends.
    """
    place = st.empty()  # always there, so that what follows keeps its place on the page
    first = not st.session_state.get(_FETCHED)
    st.session_state[_FETCHED] = True
    if first:
        place.plotly_chart(_NOTHING, height=1, config={"displayModeBar": False}, alt="Charts are on their way")
    try:
        yield
    finally:
        if first:
            place.empty()


def selected(shown: Shown) -> tuple[int, ...]:
    """Places in the plan of what is selected, as far as they exist."""
    return tuple(each for each in st.session_state.get(PICK) or () if each < len(shown.result.points))


def selecting(key: str, shown: Shown) -> dict[str, Any]:
    """Options of a chart whose points, when they are clicked, are selected everywhere; none on a phone.

    Where points can be selected, Streamlit lets a finger move the chart, which then keeps the page from scrolling and
    wanders off until no point is left. On a phone variants are selected by name and in the table.

    Args:
        key: of the chart.
        shown: whose points they are; `customdata` is their row.
    """

    def remember() -> None:
        points = st.session_state[key]["selection"]["points"]
        found = [int(np.ravel(each["customdata"])[0]) for each in points if "customdata" in each]
        st.session_state[PICK] = tuple(dict.fromkeys(shown.ids[row] for row in found if row < len(shown.ids)))

    return {} if phone() else {"on_select": remember, "selection_mode": "points"}


def _figures(columns: Columns, axis: Objective, row: int) -> str:
    return f"{percent(columns.centre[Objective.ACCURACY][row], 1)}, {magnitude(columns.centre[axis][row], axis.unit)}"


def _alt(view: View, axis: Objective) -> str:
    """The chart for those who hear it."""
    columns = view.shown.columns
    on = np.flatnonzero(columns.membership[axis] == Membership.FRONT)
    named = [f"{columns.labels[row]} ({_figures(columns, axis, row)})" for row in on[:_MOST_NAMED]]
    named += [f"and {len(on) - _MOST_NAMED} more"] if len(on) > _MOST_NAMED else []
    beyond = int((~view.feasible).sum())
    knee = knee_of(columns, axis, view.feasible)
    sentence = f"Accuracy against {TITLES[axis].lower()} of {counted(len(columns), 'variant')} on {view.place}. "
    sentence += "On the front: " + ("; ".join(named) or "none for certain") + "."
    sentence += f" Beyond a limit: {beyond}." if beyond else ""
    if knee is not None:
        sentence += f" Knee: {columns.labels[knee]}."
    return sentence + (f" Recommended: {columns.labels[view.recommended]}." if view.recommended is not None else "")
