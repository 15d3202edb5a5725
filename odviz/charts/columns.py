"""Candidates as arrays, made once per analysis, so that a figure takes only a few array operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.analysis import Analysis
from odviz.charts.text import hover
from odviz.domain.estimate import EstimateKind, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Strings = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Columns:
    """What charts draw of N candidates.

    Attributes:
        objectives: of the task; the first one is the quality, which each front sets against one of the others.
        labels: title of each candidate.
        models: name of each candidate's model, shape (N,).
        runtimes: name of each candidate's runtime, shape (N,).
        low: lower ends by objective, shape (N,), NaN where unknown.
        centre: values by objective, likewise.
        high: upper ends by objective, likewise.
        provenance: by objective, shape (N,), "" where unknown.
        membership: by axis, shape (N,), "" for a candidate without this estimate.
        partial: by objective, which estimates cover computing alone rather than the whole machine, shape (N,).
        hover: everything about each candidate, as plotly's HTML.
        all_models: models whose order gives the colours; may include models without a candidate here.
    """

    objectives: tuple[Objective, ...]
    labels: tuple[str, ...]
    models: Strings
    runtimes: Strings
    low: Mapping[Objective, Floats]
    centre: Mapping[Objective, Floats]
    high: Mapping[Objective, Floats]
    provenance: Mapping[Objective, Strings]
    membership: Mapping[Objective, Strings]
    partial: Mapping[Objective, Mask]
    hover: tuple[str, ...]
    all_models: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def quality(self) -> Objective:
        """The vertical axis of every front."""
        return self.objectives[0]

    @property
    def axes(self) -> tuple[Objective, ...]:
        """The horizontal axes: one front each."""
        return self.objectives[1:]

    @cached_property
    def model_order(self) -> tuple[str, ...]:
        """Each model once, in the order of the colours."""
        return tuple(dict.fromkeys([*self.all_models, *self.models]))

    @cached_property
    def runtime_order(self) -> tuple[str, ...]:
        """Each runtime once, in the order of the shapes."""
        return tuple(dict.fromkeys(self.runtimes))

    @cached_property
    def provenances(self) -> Mapping[Objective, frozenset[str]]:
        """Provenances that occur, by objective."""
        return {objective: frozenset(filter(None, column)) for objective, column in self.provenance.items()}

    @cached_property
    def observed(self) -> Mapping[Objective, Mask]:
        """Which estimates were observed rather than projected or modelled, by objective, shape (N,)."""
        kinds = [provenance for provenance in Provenance if provenance.observed]
        return {objective: np.isin(column, kinds) for objective, column in self.provenance.items()}

    def drawable(self, axis: Objective) -> Mask:
        """Which candidates have both a quality and this estimate, shape (N,)."""
        mask: Mask = np.isfinite(self.centre[axis]) & np.isfinite(self.centre[self.quality])
        return mask

    def modelled(self, axis: Objective) -> Mask:
        """Which candidates have only a modelled range on this axis, shape (N,)."""
        mask: Mask = self.provenance[axis] == str(Provenance.MODELLED)
        return mask

    def on_front(self, axis: Objective) -> Mask:
        """Which candidates are on a front or may be, shape (N,)."""
        state = self.membership[axis]
        mask: Mask = (state == Membership.FRONT) | (state == Membership.AMBIGUOUS)
        return mask


def columns(analysis: Analysis, title: Callable[[OperatingPoint], str], all_models: Sequence[str] = ()) -> Columns:
    """Turn the candidates of an analysis into arrays.

    Args:
        analysis: candidates and fronts.
        title: title of an operating point.
        all_models: names of models in the order of their colours, so that colours do not change with the selection;
            by default in the order of the candidates.
    """
    candidates, objectives = analysis.candidates, analysis.objectives
    labels = tuple(title(candidate.result.point) for candidate in candidates)

    def known(attribute: str, unknown: object) -> dict[Objective, list[Any]]:
        """An attribute of every estimate, by objective."""
        return {
            objective: [getattr(candidate.estimates.get(objective), attribute, unknown) for candidate in candidates]
            for objective in objectives
        }

    def floats(end: str) -> dict[Objective, Floats]:
        return {objective: np.array(values, float) for objective, values in known(end, np.nan).items()}

    return Columns(
        objectives,
        labels,
        _strings(candidate.result.point.variant.model for candidate in candidates),
        _strings(candidate.result.point.target.runtime for candidate in candidates),
        floats("low"),
        floats("centre"),
        floats("high"),
        {objective: _strings(values) for objective, values in known("provenance", "").items()},
        {axis: _strings(candidate.membership.get(axis, "") for candidate in candidates) for axis in analysis.axes},
        {
            objective: np.array([kind is EstimateKind.COMPUTING_ALONE for kind in kinds], bool)
            for objective, kinds in known("kind", None).items()
        },
        tuple(hover(candidate, label, objectives) for candidate, label in zip(candidates, labels, strict=True)),
        tuple(all_models),
    )


def front_line(columns: Columns, axis: Objective, feasible: Mask) -> Rows:
    """Rows that a front's step line runs through, best on the axis first: those that no other value dominates.

    Only candidates on the front or ambiguous that satisfy the limits take part, so that the line runs through no point
    drawn as dominated or infeasible. Where some of them were observed, the line is theirs alone, because a projection
    never dominates an observation; see `projected_line`.

    Args:
        columns: the candidates.
        axis: horizontal axis.
        feasible: shape (N,), whether a candidate satisfies the limits.
    """
    members = np.flatnonzero(columns.on_front(axis) & feasible)
    observed = members[columns.observed[axis][members]]
    return _non_dominated(columns, axis, observed if len(observed) else members)


def projected_line(columns: Columns, axis: Objective, feasible: Mask) -> Rows:
    """Rows of the step line if projections hold; empty where that line is the same as `front_line`."""
    members = np.flatnonzero(columns.on_front(axis) & feasible)
    observed = columns.observed[axis][members]
    return _non_dominated(columns, axis, members) if observed.any() and not observed.all() else members[:0]


def _non_dominated(columns: Columns, axis: Objective, members: Rows) -> Rows:
    cost = axis.sign * columns.centre[axis][members]
    loss = columns.quality.sign * columns.centre[columns.quality][members]
    order = np.lexsort((loss, cost))
    least = np.minimum.accumulate(loss[order]) if len(order) else loss[order]
    improves = np.ones(len(order), bool)
    improves[1:] = least[1:] < least[:-1]
    rows: Rows = members[order][improves]
    return rows


def _strings(values: Iterable[object]) -> Strings:
    return np.array(list(map(str, values)), object)
