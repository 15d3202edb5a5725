"""Points as columns, made once for a benchmark: a figure is then drawn with a few array operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.charts.text import hover
from odviz.domain.estimate import Estimate, EstimateKind, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint
from odviz.objectives import ACCURACY, ENERGY, axes, objectives

Floats = NDArray[np.float64]
Words = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Columns:
    """What charts draw of N points.

    Attributes:
        labels: what a person calls each point.
        models: name of each point's model, shape (N,).
        runtimes: name of each point's runtime, likewise.
        low: lower end by objective, shape (N,), NaN where nothing is known.
        centre: the figure itself, likewise.
        high: upper end, likewise.
        provenance: by objective, text; "" where nothing is known.
        membership: by axis, text; "" for a point that is not on that front.
        alone: which energies are of computing alone, without the rest of a machine, shape (N,).
        hover: everything about each point, as plotly's HTML.
        every_model: those whose order gives colours, which may be more than have points here.
    """

    labels: tuple[str, ...]
    models: Words
    runtimes: Words
    low: Mapping[Objective, Floats]
    centre: Mapping[Objective, Floats]
    high: Mapping[Objective, Floats]
    provenance: Mapping[Objective, Words]
    membership: Mapping[Objective, Words]
    alone: NDArray[np.bool_]
    hover: tuple[str, ...]
    every_model: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def model_order(self) -> tuple[str, ...]:
        """Each model once, in the order of their colours."""
        return tuple(dict.fromkeys([*self.every_model, *self.models]))

    @cached_property
    def provenances(self) -> Mapping[Objective, frozenset[str]]:
        """How the figures of each objective were come by, as far as there are any."""
        return {objective: frozenset(filter(None, found)) for objective, found in self.provenance.items()}

    @cached_property
    def observed(self) -> Mapping[Objective, NDArray[np.bool_]]:
        """Which points have a figure of each objective that was timed or counted, shape (N,)."""
        kinds = [each for each in Provenance if each.observed]
        return {objective: np.isin(found, kinds) for objective, found in self.provenance.items()}

    @cached_property
    def shown_models(self) -> frozenset[str]:
        """Models that have a point."""
        return frozenset(self.models)

    @cached_property
    def runtime_order(self) -> tuple[str, ...]:
        """Each runtime once, in the order they come: the order of their shapes."""
        return tuple(dict.fromkeys(self.runtimes))


def columns(
    candidates: Sequence[Candidate], name: Callable[[OperatingPoint], str], every_model: Sequence[str] = ()
) -> Columns:
    """Turn candidates into columns.

    Args:
        candidates: the points.
        name: what a person calls a point.
        every_model: names of models in the order of their colours, so that these do not change with what is shown;
            by default as the points come.
    """
    points = [each.result.point for each in candidates]
    labels = tuple(map(name, points))
    figures = {objective: [each.estimates.get(objective) for each in candidates] for objective in objectives()}
    return Columns(
        labels,
        _words([point.variant.model for point in points]),
        _words([point.target.runtime for point in points]),
        {objective: _floats(found, "low") for objective, found in figures.items()},
        {objective: _floats(found, "centre") for objective, found in figures.items()},
        {objective: _floats(found, "high") for objective, found in figures.items()},
        {
            objective: _words([each.provenance if each else "" for each in found])
            for objective, found in figures.items()
        },
        {axis: _words([each.membership.get(axis, "") for each in candidates]) for axis in axes()},
        np.array([each is not None and each.kind is EstimateKind.COMPUTING_ALONE for each in figures[ENERGY]], bool),
        tuple(hover(each, label) for each, label in zip(candidates, labels, strict=True)),
        tuple(every_model),
    )


def front_line(columns: Columns, axis: Objective, feasible: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The points that a front's step line runs through, by rising cost: those whose figures nothing beats.

    Only points that are on the front or may be, and that keep the limits, take part: no line runs through one that is
    shown as dominated or out of bounds. What was not observed beats nothing that was, so where some points were
    observed the line is theirs alone; see `hoped_line` for the others.

    Args:
        columns: of the points.
        axis: the cost.
        feasible: shape (N,), whether a point keeps the limits.
    """
    members = _members(columns, axis, feasible)
    seen = members[columns.observed[axis][members]]
    return _stairs(columns, axis, seen if len(seen) else members)


def hoped_line(columns: Columns, axis: Objective, feasible: NDArray[np.bool_]) -> NDArray[np.intp]:
    """What `front_line` would be if figures that were not observed were true; empty where that is the same line."""
    members = _members(columns, axis, feasible)
    seen = columns.observed[axis][members]
    return _stairs(columns, axis, members) if seen.any() and not seen.all() else members[:0]


def _members(columns: Columns, axis: Objective, feasible: NDArray[np.bool_]) -> NDArray[np.intp]:
    state = columns.membership[axis]
    return np.flatnonzero(((state == Membership.FRONT) | (state == Membership.AMBIGUOUS)) & feasible)


def _stairs(columns: Columns, axis: Objective, members: NDArray[np.intp]) -> NDArray[np.intp]:
    cost, accuracy = columns.centre[axis], columns.centre[ACCURACY]
    order = members[np.lexsort((-accuracy[members], axis.sign * cost[members]))]
    best = np.maximum.accumulate(accuracy[order]) if len(order) else accuracy[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = best[1:] > best[:-1]
    line: NDArray[np.intp] = order[fresh]
    return line


def _floats(figures: Sequence[Estimate | None], end: str) -> Floats:
    return np.array([getattr(each, end) if each else np.nan for each in figures], float)


def _words(values: Sequence[str]) -> Words:
    found = np.empty(len(values), object)
    found[:] = [str(value) for value in values]
    return found
