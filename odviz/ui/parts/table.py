"""Every figure of every point: raw value, difference to the parent, interval, n, engine version and provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from odviz.charts.words import SAID
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import Target
from odviz.services import naming
from odviz.services.tradeoff import AXES, Standing
from odviz.ui import words
from odviz.ui.data import Shown
from odviz.ui.markup import safe
from odviz.ui.parts.frame import above_table, phone
from odviz.ui.parts.fronts import PICK, View
from odviz.units import digits, estimate, percent, points, scale_of, times

_WIDE, _WIDE_ON_A_PHONE = 400, 230
"""Pixels of the pinned column: names are told apart by their ends, but other columns need room beside it."""

_MARKS = {Membership.FRONT: "on", Membership.AMBIGUOUS: "perhaps"}
_ADVICE, _STAR, _BREAKS = "Advice", "recommended", "Breaks"
_FIRST = ("Variant", _ADVICE, "Engine", "Fronts", _BREAKS)
"""Columns that stand in front, in this order."""

_HELP = {
    "n": "Observations: test items for accuracy, timed inferences for latency, fresh processes for memory, readings "
    "of a meter or networks with a known power for energy, measured networks for projections.",
    "Fronts": "The fronts of accuracy against a cost that it is on; with a question mark where that is not certain.",
}


def table(view: View, picked: Sequence[int]) -> None:
    """The standings as a table whose selected rows are the points ringed in the charts."""
    if not view.tradeoff.standings:
        st.caption("No variant has both an accuracy and a time yet.")
        return
    columns, config = _under_limits(view)
    key, selected = f"table-{view.slot}", list(view.shown.rows_of(picked))
    if st.session_state.get(key) is not None and list(_rows(st.session_state[key])) != selected:
        st.session_state[key] = {"selection": {"rows": selected}}
    above_table()
    st.dataframe(
        columns,
        key=key,
        on_select=_picked(key, view.shown),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": selected}},
        hide_index=True,
        placeholder="",
        column_config=config | {"Variant": _variant()},
        column_order=list(columns),
        alt=f"Every figure of every variant on {view.shown.place}",
    )


def cells(view: View) -> Mapping[str, Sequence[Any]]:
    """The same as columns; none where nothing has figures."""
    return _under_limits(view)[0] if view.tradeoff.standings else {}


def _under_limits(view: View) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns in the order shown, with what is recommended and which limits are broken; and how they read."""
    standings = view.tradeoff.standings
    columns, config = _columns(view.shown.version, view.shown)
    if view.recommended is not None:
        columns = {_ADVICE: [_STAR if row == view.recommended else "" for row in range(len(standings))], **columns}
    broken = [_breaks(standing.violates) for standing in standings]
    if any(broken):
        columns = {_BREAKS: broken, **columns}
    return {each: columns[each] for each in dict.fromkeys((*_FIRST, *columns)) if each in columns}, config


@cache
def _breaks(limits: tuple[Objective, ...]) -> str:
    return ", ".join(words.LIMITS[each] for each in limits)


def left_out(results: Sequence[PointResult]) -> None:
    """Points that have no figures, each with the reason."""
    above_table()
    st.dataframe(
        {
            "Variant": [naming.point(each.point) for each in results],
            "Why": [each.failure.reason if each.failure else "Not measured yet." for each in results],
            "Accuracy": [estimate(each.accuracy.value) if each.accuracy else "" for each in results],
        },
        hide_index=True,
        column_config={"Why": st.column_config.TextColumn(width="large")},
        alt="Variants without figures, and why",
    )


def _picked(key: str, shown: Shown) -> Callable[[], None]:
    def remember() -> None:
        rows = _rows(st.session_state[key])
        st.session_state[PICK] = tuple(shown.ids[row] for row in rows if row < len(shown.ids))

    return remember


def _rows(state: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(state["selection"]["rows"])


def _variant() -> Any:
    return st.column_config.TextColumn(pinned=True, width=_WIDE_ON_A_PHONE if phone() else _WIDE)


# A resource, not data: ten thousand rows are made once for a benchmark as it stands, and never changed.
@st.cache_resource(show_spinner=False, max_entries=32)
def _columns(version: str, _shown: Shown) -> tuple[dict[str, Any], dict[str, Any]]:
    """What does not depend on the limits: columns that hold anything, and how they read."""
    del version  # what tells one `_shown`, which is not hashed, from another
    import pandas as pd  # here, because the charts above the table need not wait for it

    standings = _shown.tradeoff.standings
    units = _units(standings)
    rows = [_row(_shown, each, units) for each in standings]
    there = [name for name in rows[0] if any(row.get(name) not in (None, "") for row in rows)]
    return {name: pd.Series([row.get(name) for row in rows]) for name in there}, _config(units)


def _units(standings: Sequence[Standing]) -> dict[Objective, tuple[float, str]]:
    """One unit for a whole column: that which suits its middle figure."""
    found = {}
    for axis in AXES:
        values = sorted(each.figures[axis].centre for each in standings if axis in each.figures)
        found[axis] = scale_of(values[len(values) // 2], axis.unit) if values else (1.0, axis.unit)
    return found


def _row(shown: Shown, standing: Standing, units: Mapping[Objective, tuple[float, str]]) -> dict[str, Any]:
    result = standing.result
    accuracy, latency, figures = result.accuracy, result.latency, standing.figures
    row: dict[str, Any] = {
        "Variant": naming.variant(result.point),
        "Engine": _engine(shown, result.point.target),
        "Fronts": _fronts(standing),
        "Fits the device": "" if standing.fit is Fit.UNKNOWN else str(standing.fit),
        "Accuracy (%)": 100 * figures[Objective.ACCURACY].centre,
        "Accuracy, 95 %": _interval(figures[Objective.ACCURACY], 0.01, ""),
        "Points to parent": 100 * accuracy.difference.centre if accuracy and accuracy.difference else None,
        "Points, 95 %": points(accuracy.difference).partition("(")[2].rstrip(")")
        if accuracy and accuracy.difference
        else "",
        "Speed-up": latency.speedup.centre if latency and latency.speedup else None,
        "Speed-up, 95 %": times(latency.speedup) if latency and latency.speedup else "",
    }
    for axis in AXES:
        row |= _figure(words.title(axis), figures.get(axis), *units[axis])
    published = figures.get(Objective.LATENCY)
    return row | {
        "Not backed": " ".join(standing.missing.values()),
        "Source": published.source if published and safe(published.source) else None,
        "Noisy": "yes" if latency and latency.noisy else "",
        "Accuracy: n": figures[Objective.ACCURACY].n,
        "Answers judged with": "" if standing.seen is None else _engine(shown, standing.seen.target),
        "Recipe": str(result.point.variant.recipe),
        "Threads": result.point.target.threads or None,
        "Notes": " ".join(result.notes),
    }


def _figure(name: str, known: Estimate | None, scale: float, unit: str) -> dict[str, Any]:
    """The columns of one objective."""
    cells: dict[str, Any] = {f"{name} ({unit})": known.value / scale if known and known.value is not None else None}
    if name != words.title(Objective.SIZE):
        level = percent(known.level) if known and known.provenance is Provenance.PROJECTED else ""
        cells[f"{name}, interval"] = f"{_interval(known, scale, unit)} {level}".strip() if known else ""
        cells[f"{name}: n"] = known.n if known and known.n else None
        cells[f"{name} is"] = SAID[known.provenance] if known else "not backed"
    return cells


def _engine(shown: Shown, target: Target) -> str:
    """What runs it, with its version where it was seen here."""
    engines = shown.record.environment.get("runtimes")
    version = engines.get(target.runtime, "") if isinstance(engines, Mapping) else ""
    return f"{naming.runtime(target.runtime)} {version}".strip()


def _fronts(standing: Standing) -> str:
    return ", ".join(
        words.title(axis).lower() + ("?" if state is Membership.AMBIGUOUS else "")
        for axis, state in standing.membership.items()
        if state in _MARKS
    )


def _interval(known: Estimate, scale: float, unit: str) -> str:
    low, high = (digits(end / scale) for end in (known.low, known.high))
    return f"{low}–{high} {unit}".strip()


def _config(units: Mapping[Objective, tuple[float, str]]) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    found: dict[str, Any] = {
        _ADVICE: st.column_config.TextColumn(width=120),
        _BREAKS: st.column_config.TextColumn(width=190),
        "Fronts": st.column_config.TextColumn(help=_HELP["Fronts"]),
        "Accuracy (%)": number(format="%.1f"),
        "Points to parent": number(
            format="%+.1f", help="Accuracy against the uncompressed network on the same engine."
        ),
        "Speed-up": number(format="%.2f×"),
    }
    for axis, (_, unit) in units.items():
        found[f"{words.title(axis)} ({unit})"] = number(format="%.4g")
        found[f"{words.title(axis)}: n"] = number(help=_HELP["n"])
    found["Source"] = st.column_config.LinkColumn(display_text="open")
    return found
