"""Every figure of every point: raw value, difference to the parent, interval, n, runtime version and provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import Target
from odviz.objectives import ACCURACY, LATENCY, SIZE, axes
from odviz.services import naming
from odviz.ui import text
from odviz.ui.analysis_view import SELECTED, AnalysisView
from odviz.ui.data import BenchmarkView
from odviz.ui.markup import safe
from odviz.ui.parts.layout import is_phone, space_above_table
from odviz.units import change, digits, estimate, percent, scale_of, times

_WIDE, _WIDE_ON_A_PHONE = 330, 160
"""Pixels of the pinned column: names are told apart by their ends, but figures need room beside it."""

_MARKS = {Membership.FRONT: "on", Membership.AMBIGUOUS: "perhaps"}
_ADVICE, _STAR, _BREAKS = "Recommendation", "recommended", "Breaks"
_LAST = "Points to parent"
"""The figures that people compare stand first, up to this one; then what is advised, broken and said of each."""

_HELP = {
    "n": "Observations: test items for accuracy, timed inferences for latency, fresh processes for memory, readings "
    "of a meter or networks with a known power for energy, measured networks for projections.",
    "Fronts": "The fronts of accuracy against a cost that it is on; with a question mark where that is not certain.",
}


def table(view: AnalysisView, picked: Sequence[int]) -> None:
    """The candidates as a table whose selected rows are the points ringed in the charts."""
    if not view.analysis.candidates:
        st.caption("No variant has both an accuracy and a time yet.")
        return
    columns, config = _under_limits(view)
    key, selected = f"table-{view.slot}", list(view.benchmark_view.rows_of(picked))
    if st.session_state.get(key) is not None and list(_rows(st.session_state[key])) != selected:
        st.session_state[key] = {"selection": {"rows": selected}}
    space_above_table()
    st.dataframe(
        columns,
        key=key,
        on_select=_picked(key, view.benchmark_view),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": selected}},
        hide_index=True,
        placeholder="",
        column_config=config | {"Variant": _variant()},
        column_order=list(columns),
        alt=f"Every figure of every variant on {view.title}",
    )


def cells(view: AnalysisView) -> Mapping[str, Sequence[Any]]:
    """The same as columns; none where nothing has figures."""
    return _under_limits(view)[0] if view.analysis.candidates else {}


def _under_limits(view: AnalysisView) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns in the order shown, with what is recommended and which limits are broken; and how they read."""
    candidates = view.analysis.candidates
    columns, config, compared = _columns(view.benchmark_view.version, view.benchmark_view)
    said: dict[str, Sequence[str]] = {}
    if view.recommended_row is not None:
        said[_ADVICE] = [_STAR if row == view.recommended_row else "" for row in range(len(candidates))]
    broken = [_breaks(*_broken(each)) if each.violates or each.uncertain else "" for each in candidates]
    if any(broken):
        said[_BREAKS] = broken
    names = list(columns)
    found = {each: (said | columns)[each] for each in (*names[:compared], *said, *names[compared:])}
    if is_phone():  # where the runtime is not in sight
        found["Variant"] = list(view.columns.labels)
    return found, config


def _broken(candidate: Candidate) -> tuple[tuple[Objective, ...], ...]:
    """Limits that a variant breaks or may break, those of which that is not sure, and those it has no figure for."""
    limits = tuple(dict.fromkeys((*candidate.violates, *candidate.uncertain)))
    return limits, candidate.uncertain, tuple(each for each in limits if each not in candidate.estimates)


@cache
def _breaks(limits: tuple[Objective, ...], doubtful: tuple[Objective, ...], unknown: tuple[Objective, ...]) -> str:
    def said(limit: Objective) -> str:
        how = " (not known)" if limit in unknown else " (perhaps)" if limit in doubtful else ""
        return limit.limit.phrase + how

    return ", ".join(map(said, limits))


def left_out(results: Sequence[PointResult]) -> None:
    """Points that have no figures, each with the reason."""
    space_above_table()
    st.dataframe(
        {
            "Variant": [naming.point(each.point) for each in results],
            "Why": [each.failure.reason if each.failure else "Not measured yet." for each in results],
            "Accuracy": [estimate(each.accuracy.value) if each.accuracy else "" for each in results],
        },
        hide_index=True,
        column_config={
            "Why": st.column_config.TextColumn(width="large"),
            "Variant": st.column_config.TextColumn(width=_variant_wide()),
        },
        alt="Variants without figures, and why",
    )


def _picked(key: str, shown: BenchmarkView) -> Callable[[], None]:
    def remember() -> None:
        rows = _rows(st.session_state[key])
        st.session_state[SELECTED] = tuple(shown.plan_indices[row] for row in rows if row < len(shown.plan_indices))

    return remember


def _rows(state: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(state["selection"]["rows"])


def _variant() -> Any:
    return st.column_config.TextColumn(pinned=True, width=_variant_wide())


def _variant_wide() -> int:
    return _WIDE_ON_A_PHONE if is_phone() else _WIDE


# A resource, not data: ten thousand rows are made once for a benchmark as it stands, and never changed.
@st.cache_resource(show_spinner=False, max_entries=32)
def _columns(version: str, _shown: BenchmarkView) -> tuple[dict[str, Any], dict[str, Any], int]:
    """What does not depend on the limits: columns that hold anything, how they read, and how many are compared."""
    del version  # what tells one `_shown`, which is not hashed, from another
    import pandas as pd  # here, because the charts above the table need not wait for it

    candidates = _shown.analysis.candidates
    units = _units(candidates)
    rows = [_row(_shown, each, units) for each in candidates]
    there = [name for name in rows[0] if any(row.get(name) not in (None, "") for row in rows)]
    compared = sum(name in there for name in list(rows[0])[: 1 + list(rows[0]).index(_LAST)])
    return {name: pd.Series([row.get(name) for row in rows]) for name in there}, _config(units), compared


def _units(candidates: Sequence[Candidate]) -> dict[Objective, tuple[float, str]]:
    """One unit for a whole column: that which suits its middle figure."""
    found = {}
    for axis in axes():
        values = sorted(each.estimates[axis].centre for each in candidates if axis in each.estimates)
        found[axis] = scale_of(values[len(values) // 2], axis.unit) if values else (1.0, axis.unit)
    return found


def _row(shown: BenchmarkView, candidate: Candidate, units: Mapping[Objective, tuple[float, str]]) -> dict[str, Any]:
    result = candidate.result
    accuracy, latency, figures = result.accuracy, result.latency, candidate.estimates
    difference = accuracy.difference if accuracy else None
    row: dict[str, Any] = {
        "Variant": naming.variant(result.point),
        "Accuracy (%)": _percent(figures[ACCURACY].centre),
    }
    for axis in axes():
        row |= _value(text.title(axis), figures.get(axis), *units[axis])
    row |= {
        "Speed-up": latency.speedup.centre if latency and latency.speedup else None,
        _LAST: _percent(difference.centre) if difference else None,
        "Runtime": _runtime_words(shown, result.point.target),
        "Fronts": _fronts(candidate),
        "Fits the device": "" if candidate.fit is Fit.UNKNOWN else str(candidate.fit),
        "Accuracy, 95 %": _interval(figures[ACCURACY], 0.01, ""),
        "Points, 95 %": change(difference).partition("(")[2].rstrip(")") if difference else "",
        "Speed-up, 95 %": times(latency.speedup) if latency and latency.speedup else "",
    }
    for axis in axes():
        row |= _behind(text.title(axis), figures.get(axis), *units[axis])
    published = figures.get(LATENCY)
    return row | {
        "Not backed": " ".join(candidate.missing.values()),
        "Source": published.source if published and safe(published.source) else None,
        "Noisy": "yes" if latency and latency.noisy else "",
        "Accuracy: n": figures[ACCURACY].n,
        "Answers judged with": "" if not candidate.on_device else _runtime_words(shown, candidate.host_point.target),
        "Recipe": str(result.point.variant.recipe),
        "Threads": result.point.target.threads or None,
        "Notes": " ".join(note.message for note in result.notes),
    }


def _percent(share: float) -> float:
    """A share in percent as it is read aloud: without what binary fractions add in the twelfth digit."""
    return round(100 * share, 10)


def _value(name: str, known: Estimate | None, scale: float, unit: str) -> dict[str, Any]:
    """One objective: a number, or both ends where nothing else is known."""
    bare = known is not None and known.value is None
    return {
        f"{name} ({unit})": known.value / scale if known and known.value is not None else None,
        f"{name}, range": _interval(known, scale, unit) if known and bare else "",
    }


def _behind(name: str, known: Estimate | None, scale: float, unit: str) -> dict[str, Any]:
    """What stands behind the figure of one objective."""
    cells: dict[str, Any] = {}
    if name != text.title(SIZE):
        level = percent(known.level) if known and known.provenance is Provenance.PROJECTED else ""
        wide = known is not None and known.value is not None
        cells[f"{name}, interval"] = f"{_interval(known, scale, unit)} {level}".strip() if known and wide else ""
        cells[f"{name}: n"] = known.n if known and known.n else None
        cells[f"{name} is"] = PROVENANCE_TITLES[known.provenance] if known else "not backed"
    return cells


def _runtime_words(shown: BenchmarkView, target: Target) -> str:
    """What runs it, with its version where it was seen here."""
    environment = shown.record.environment
    version = environment.runtimes.get(target.runtime, "") if environment else ""
    return f"{naming.runtime(target.runtime)} {version}".strip()


def _fronts(candidate: Candidate) -> str:
    return ", ".join(
        text.title(axis).lower() + ("?" if state is Membership.AMBIGUOUS else "")
        for axis, state in candidate.membership.items()
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
            format="%+.1f", help="Accuracy against the uncompressed network on the same runtime."
        ),
        "Speed-up": number(format="%.2f×"),
    }
    for axis, (_, unit) in units.items():
        found[f"{text.title(axis)} ({unit})"] = number(format="%.4g")
        found[f"{text.title(axis)}: n"] = number(help=_HELP["n"])
    found["Source"] = st.column_config.LinkColumn(display_text="open")
    return found
