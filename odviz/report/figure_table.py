"""Every estimate of every candidate as columns of a table: value, interval, n, provenance, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.analysis.limits import Marked
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import Target
from odviz.objectives import LATENCY
from odviz.report.markdown import safe
from odviz.report.view import AnalysisView, BenchmarkView
from odviz.services import naming
from odviz.units import change_interval, interval, percent, scale_of, times_interval

if TYPE_CHECKING:
    import pyarrow as pa

VARIANT, RUNTIME, SPEEDUP, FRONTS, SOURCE = "Variant", "Runtime", "Speed-up", "Fronts", "Source"
RECOMMENDATION, VIOLATED, RECOMMENDED = "Recommendation", "Breaks", "recommended"

_WRITTEN_AS_ZERO = 0.05
"""Differences below it, in display units, are written as zero."""

_MARKS = {Membership.FRONT: "", Membership.AMBIGUOUS: "?"}

Scales = Mapping[Objective, tuple[float, str]]
"""SI units per display unit, and the display unit, of the column of each objective."""


def row_order(view: AnalysisView) -> NDArray[np.intp]:
    """Rows of the candidates as a table shows them, the best choice first; shape (N,).

    The recommended one is followed by those that may be the better choice, by the others that satisfy the limits, by
    those that may, and by the rest; among equals the more accurate comes first, then the faster.
    """
    columns, recommendation = view.columns, view.recommendation
    best = list(recommendation.rows) if recommendation else []
    place = np.full(len(columns), len(best))
    place[best] = range(len(best))
    loss = columns.quality.sign * columns.centre[columns.quality]
    first_cost = columns.axes[0].sign * columns.centre[columns.axes[0]]
    order: NDArray[np.intp] = np.lexsort((first_cost, loss, view.analysis.candidates.doubtful, ~view.feasible, place))
    return order


def table(view: AnalysisView, order: NDArray[np.intp]) -> pa.Table:
    """The table as it is shown; without columns if there is no candidate.

    An Arrow table, because Streamlit sends one as it is, while it converts any other for each rerun.
    Variant, recommendation and violated limits come first, then each value with its interval, then the rest.

    Args:
        view: the candidates.
        order: their rows as they are shown, from `row_order`.
    """
    import pyarrow as pa  # here and below: the charts above the table need not wait for the import

    candidates = view.analysis.candidates
    if not candidates:
        return pa.table({})
    rows = _columns(view.benchmark_view).take(order)
    columns: dict[str, Any] = dict(zip(rows.column_names, rows.columns, strict=True))
    marks: dict[str, Sequence[str]] = {}
    if view.recommended_row is not None:
        marks[RECOMMENDATION] = np.where(order == view.recommended_row, RECOMMENDED, "").tolist()
    violated = _violations(candidates)[order].tolist()
    if any(violated):
        marks[VIOLATED] = violated
    return pa.table({name: columns.pop(name) for name in (VARIANT, RUNTIME)} | marks | columns)


def value_name(objective: Objective, scales: Scales) -> str:
    """Name of the column with the values of an objective ("Latency (ms)")."""
    unit = scales[objective][1]
    return f"{objective.title} ({unit})" if unit else objective.title


def interval_name(name: str) -> str:
    """Name of the column with the intervals of another; or with ranges, where an estimate has no value."""
    return f"{name}, interval"


def count_name(objective: Objective) -> str:
    """Name of the column with the number of observations."""
    return f"{objective.title}: n"


def difference_name(quality: Objective) -> str:
    """Name of the column with the differences to the uncompressed network."""
    return "Points to parent" if quality.is_share else f"{quality.title} to parent"


@lru_cache(maxsize=32)  # views are frozen, and compared by identity
def scales_of(view: BenchmarkView) -> Scales:
    """One unit per column: percent for a share, else the unit that suits the median value."""
    scales: dict[Objective, tuple[float, str]] = {}
    for objective in view.analysis.objectives:
        values = sorted(
            candidate.estimates[objective].centre
            for candidate in view.analysis.candidates
            if objective in candidate.estimates
        )
        if objective.is_share:
            scales[objective] = (0.01, "%")
        else:
            scales[objective] = scale_of(values[len(values) // 2] if values else 1.0, objective.unit)
    return scales


def violations(candidate: Candidate) -> str:
    """The limits that a candidate violates or may violate, in words."""

    def mark(objective: Objective) -> str:
        if objective not in candidate.estimates:
            return " (not known)"
        return " (perhaps)" if objective in candidate.uncertain else ""

    if not candidate.violates and not candidate.uncertain:
        return ""
    limits = dict.fromkeys((*candidate.violates, *candidate.uncertain))
    return ", ".join(objective.limit.phrase + mark(objective) for objective in limits)


def _violations(marks: Marked) -> NDArray[np.object_]:
    """`violations` of every candidate, shape (N,); each wording is made once."""
    masks = [*marks.violated.values(), *marks.uncertain.values(), *map(marks.ends.known, marks.limits)]
    codes = sum((mask << bit for bit, mask in enumerate(masks)), np.zeros(len(marks), int))
    _, firsts, wordings = np.unique(codes, return_index=True, return_inverse=True)
    return np.array([violations(marks[row]) for row in firsts.tolist()], object)[wordings]


# Ten thousand rows are made once for a state of the benchmark, and are never changed.
@lru_cache(maxsize=32)
def _columns(view: BenchmarkView) -> pa.Table:
    """Columns that contain anything, without those that depend on the limits."""
    import pyarrow as pa

    scales = scales_of(view)
    rows = [_row(view, candidate, scales) for candidate in view.analysis.candidates]
    names = [name for name in rows[0] if any(row.get(name) not in (None, "") for row in rows)]
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def _row(view: BenchmarkView, candidate: Candidate, scales: Scales) -> dict[str, Any]:
    result, objectives = candidate.result, view.analysis.objectives
    quality, axes = objectives[0], objectives[1:]
    difference = result.accuracy.difference if result.accuracy else None
    speedup = result.latency.speedup if result.latency else None
    row: dict[str, Any] = {VARIANT: naming.variant(result.point), RUNTIME: _runtime(view, result.point.target)}
    for objective in objectives:
        row |= _value(objective, candidate.estimates.get(objective), scales)
    row |= {
        SPEEDUP: speedup.centre if speedup else None,
        interval_name(SPEEDUP): times_interval(speedup) if speedup else "",
        difference_name(quality): _difference(difference, scales[quality][0]) if difference else None,
        interval_name(difference_name(quality)): change_interval(difference) if difference else "",
        FRONTS: _fronts(candidate, axes),
        "Fits the device": "" if candidate.fit is Fit.UNKNOWN else str(candidate.fit),
    }
    for objective in objectives:
        row |= _background(objective, candidate.estimates.get(objective))
    latency = candidate.estimates.get(LATENCY)
    return row | {
        "Not known": " ".join(candidate.missing.values()),
        SOURCE: latency.source if latency and safe(latency.source) else None,
        "Noisy": "yes" if result.latency and result.latency.noisy else "",
        "Scored with": _runtime(view, candidate.host_point.target) if candidate.on_device else "",
        "Recipe": str(result.point.variant.recipe),
        "Threads": result.point.target.threads or None,
        "Notes": " ".join(note.message for note in result.notes),
    }


def _scaled(value: float, scale: float) -> float:
    """A value in display units, without the rounding error of binary fractions in the twelfth digit."""
    return float(f"{value / scale:.12g}")


def _difference(difference: Estimate, scale: float) -> float:
    """A difference in display units; one that is written as zero has no sign."""
    value = _scaled(difference.centre, scale)
    return 0.0 if abs(value) < _WRITTEN_AS_ZERO else value


def _value(objective: Objective, estimate: Estimate | None, scales: Scales) -> dict[str, Any]:
    """One objective: its value and interval; both ends alone where only a range is known or a projection is vague."""
    has_value = estimate is not None and estimate.value is not None and not estimate.vague
    is_exact = estimate is not None and estimate.level == 1.0
    level = percent(estimate.level) if estimate and estimate.provenance is Provenance.PROJECTED and has_value else ""
    ends = (
        f"{interval(estimate, scales[objective])} {level}".strip() if estimate and not (has_value and is_exact) else ""
    )
    return {
        value_name(objective, scales): _scaled(estimate.centre, scales[objective][0])
        if estimate and has_value
        else None,
        interval_name(objective.title): ends,
    }


def _background(objective: Objective, estimate: Estimate | None) -> dict[str, Any]:
    """Number of observations and provenance of one estimate; nothing for an exact count."""
    if estimate is not None and estimate.level == 1.0:
        return {}
    return {
        count_name(objective): estimate.n if estimate and estimate.n else None,
        f"{objective.title} is": PROVENANCE_TITLES[estimate.provenance] if estimate else "not known",
    }


def _runtime(view: BenchmarkView, target: Target) -> str:
    """Title of a runtime, with its version where it ran on this host."""
    environment = view.record.environment
    version = environment.runtimes.get(target.runtime, "") if environment else ""
    return f"{naming.runtime(target.runtime)} {version}".strip()


def _fronts(candidate: Candidate, axes: Sequence[Objective]) -> str:
    states = ((axis, candidate.membership.get(axis)) for axis in axes)
    return ", ".join(axis.noun + _MARKS[state] for axis, state in states if state in _MARKS)
