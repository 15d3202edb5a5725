"""Every figure of every point: raw value, difference to the parent, interval, n, engine version and provenance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from odviz.charts.words import SAID
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Objective
from odviz.domain.result import Membership, PointResult
from odviz.services import naming
from odviz.services.tradeoff import AXES, Standing, Tradeoff
from odviz.ui import words
from odviz.ui.data import Shown
from odviz.ui.parts.fronts import PICK
from odviz.units import estimate, points, scale_of, times

_KEY = "table"
_MARKS = {Membership.FRONT: "on", Membership.AMBIGUOUS: "perhaps"}
_HELP = {
    "n": "Observations: test items for accuracy, blocks of timed inferences for latency, fresh processes for memory.",
    "Fronts": "The fronts of accuracy against a cost that it is on; with a question mark where that is not certain.",
}


def table(shown: Shown, tradeoff: Tradeoff, selected: Sequence[int]) -> None:
    """The standings as a table whose selected rows are the points ringed in the charts."""
    units = _units(tradeoff.standings)
    rows = [
        _row(shown, each, label, units) for each, label in zip(tradeoff.standings, shown.columns.labels, strict=True)
    ]
    if not rows:
        st.caption("No variant has both an accuracy and a time yet.")
        return
    if st.session_state.get(_KEY) is not None and _rows(st.session_state[_KEY]) != tuple(selected):
        st.session_state[_KEY] = {"selection": {"rows": list(selected)}}
    st.dataframe(
        {column: [row.get(column) for row in rows] for column in rows[0]},
        key=_KEY,
        on_select=_picked,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(selected)}},
        hide_index=True,
        placeholder="",
        column_config=_config(units),
        alt="Every figure of every variant",
    )


def left_out(results: Sequence[PointResult]) -> None:
    """Points that have no figures, each with the reason."""
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


def _picked() -> None:
    st.session_state[PICK] = _rows(st.session_state[_KEY])


def _rows(state: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(state["selection"]["rows"])


def _units(standings: Sequence[Standing]) -> dict[Objective, tuple[float, str]]:
    """One unit for a whole column: that which suits its middle figure."""
    found = {}
    for axis in AXES:
        values = sorted(each.figures[axis].centre for each in standings if axis in each.figures)
        found[axis] = scale_of(values[len(values) // 2], axis.unit) if values else (1.0, axis.unit)
    return found


def _row(shown: Shown, standing: Standing, label: str, units: Mapping[Objective, tuple[float, str]]) -> dict[str, Any]:
    result = standing.result
    accuracy, latency, runtime = result.accuracy, result.latency, result.point.target.runtime
    engines = shown.record.environment.get("runtimes")
    version = engines.get(runtime, "") if isinstance(engines, Mapping) else ""
    figures = standing.figures
    row: dict[str, Any] = {
        "Variant": label,
        "Fronts": _fronts(standing),
        "Breaks": ", ".join(words.LIMITS[each] for each in standing.violates),
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
        scale, unit = units[axis]
        known = figures.get(axis)
        name = words.title(axis)
        row[f"{name} ({unit})"] = known.value / scale if known and known.value is not None else None
        if axis is not Objective.SIZE:
            row[f"{name}, 95 %"] = _interval(known, scale, unit) if known else ""
            row[f"{name}: n"] = known.n if known and known.n else None
            row[f"{name} is"] = SAID[known.provenance] if known else "not known"
    return row | {
        "Noisy": "yes" if latency and latency.noisy else "",
        "Accuracy: n": figures[Objective.ACCURACY].n,
        "Engine": f"{naming.runtime(runtime)} {version}".strip(),
        "Recipe": str(result.point.variant.recipe),
        "Threads": result.point.target.threads,
        "Notes": " ".join(result.notes),
    }


def _fronts(standing: Standing) -> str:
    return ", ".join(
        words.title(axis).lower() + ("?" if state is Membership.AMBIGUOUS else "")
        for axis, state in standing.membership.items()
        if state in _MARKS
    )


def _interval(known: Estimate, scale: float, unit: str) -> str:
    low, high = (f"{end / scale:.3g}" if math.isfinite(end) else "∞" for end in (known.low, known.high))
    return f"{low}–{high} {unit}".strip()


def _config(units: Mapping[Objective, tuple[float, str]]) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    found: dict[str, Any] = {
        "Variant": st.column_config.TextColumn(pinned=True, width="large"),
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
    return found
