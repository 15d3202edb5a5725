"""Candidates as arrays, made once per analysis, so that a figure takes only a few array operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.analysis import Analysis
from odviz.arrays import Floats
from odviz.charts.text import hover
from odviz.domain.estimate import EstimateKind, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint
from odviz.objectives import SIZE

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Strings = NDArray[np.object_]
Kind = TypeVar("Kind", bound=StrEnum)


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
        hover: everything about the candidate in a row, as plotly's HTML; written when it is first drawn, because of
            many points most have no hover box.
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
    hover: Callable[[int], str]
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
    def of_model(self) -> Mapping[str, Mask]:
        """Which candidates are of a model, shape (N,), in the order of the colours."""
        return {model: self.models == model for model in self.model_order}

    @cached_property
    def of_runtime(self) -> Mapping[str, Mask]:
        """Which candidates are of a runtime, shape (N,), in the order of the shapes."""
        return {runtime: self.runtimes == runtime for runtime in self.runtime_order}

    @cached_property
    def of_provenance(self) -> Mapping[Objective, Mapping[Provenance, Mask]]:
        """Which estimates are of a provenance, by objective, shape (N,)."""
        return _masks(self.provenance, Provenance)

    @cached_property
    def in_state(self) -> Mapping[Objective, Mapping[Membership, Mask]]:
        """Which candidates are in a state on the front of an axis, shape (N,)."""
        return _masks(self.membership, Membership)

    @cached_property
    def provenances(self) -> Mapping[Objective, frozenset[Provenance]]:
        """Provenances that occur, by objective."""
        return {
            objective: frozenset(provenance for provenance, mask in masks.items() if mask.any())
            for objective, masks in self.of_provenance.items()
        }

    @cached_property
    def observed(self) -> Mapping[Objective, Mask]:
        """Which estimates were observed rather than projected or modelled, by objective, shape (N,)."""
        kinds = [provenance for provenance in Provenance if provenance.observed]
        return {
            objective: np.logical_or.reduce([masks[kind] for kind in kinds])
            for objective, masks in self.of_provenance.items()
        }

    @cached_property
    def size_shares(self) -> Floats:
        """Size of each candidate's file over that of the largest, shape (N,); 0 where it is not known."""
        sizes = self.centre[SIZE]
        shares: Floats = np.nan_to_num(sizes / np.nanmax(sizes, initial=1.0), nan=0.0)
        return shares

    def drawable(self, axis: Objective) -> Mask:
        """Which candidates have both a quality and this estimate, shape (N,)."""
        mask: Mask = np.isfinite(self.centre[axis]) & np.isfinite(self.centre[self.quality])
        return mask

    def modelled(self, axis: Objective) -> Mask:
        """Which candidates have only a modelled range on this axis, shape (N,)."""
        return self.of_provenance[axis][Provenance.MODELLED]

    def on_front(self, axis: Objective) -> Mask:
        """Which candidates are on a front or may be, shape (N,)."""
        mask: Mask = self.in_state[axis][Membership.FRONT] | self.in_state[axis][Membership.AMBIGUOUS]
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
        cache(lambda row: hover(candidates[row], labels[row], objectives)),
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


def _masks(columns: Mapping[Objective, Strings], kinds: type[Kind]) -> dict[Objective, dict[Kind, Mask]]:
    """Which values are of which kind, by objective, shape (N,)."""
    return {objective: {kind: column == kind for kind in kinds} for objective, column in columns.items()}


def _strings(values: Iterable[object]) -> Strings:
    return np.array(list(map(str, values)), object)
