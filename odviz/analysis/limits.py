"""Which candidates satisfy which limits, for certain or perhaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import overload

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.analysis.replicates import RESAMPLES
from odviz.arrays import Floats
from odviz.domain.estimate import Estimate, EstimateKind
from odviz.domain.objective import Limits, Objective
from odviz.objectives.intervals import from_intervals
from odviz.pareto.choice import Binding, binding, keeps

Mask = NDArray[np.bool_]

SURE = 0.95
"""Chance of satisfying all limits from which on a variant satisfies them; below one minus this it does not."""

_UNKNOWN = 0.5
"""Greatest chance of satisfying a limit on an estimate whose worse end is not known."""

_TINY = 1e-15
"""Stands for zero in a logarithm."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Figures of candidates that limits are compared with: arrays that are made once, whatever the limits are.

    Attributes:
        candidates: marked or not.
    """

    candidates: Sequence[Candidate]
    _columns: dict[tuple[Callable[[Estimate, Objective], float], str], Floats] = field(default_factory=dict)

    @cached_property
    def fits(self) -> Mask:
        """Which candidates fit into the memory of the device, or may; shape (N,)."""
        return np.array([candidate.fits for candidate in self.candidates], bool)

    def of(self, objective: Objective, figure: Callable[[Estimate, Objective], float]) -> Floats:
        """A figure of each candidate's estimate, shape (N,); NaN without an estimate."""
        key = figure, objective.name
        if key not in self._columns:
            estimates = (candidate.estimates.get(objective) for candidate in self.candidates)
            values = [math.nan if estimate is None else figure(estimate, objective) for estimate in estimates]
            self._columns[key] = np.array(values, float)
        return self._columns[key]

    def known(self, objective: Objective) -> Mask:
        """Which candidates have an estimate, shape (N,)."""
        return ~np.isnan(self.of(objective, held))


@dataclass(frozen=True, eq=False)
class Marked(Sequence[Candidate]):
    """The candidates under limits, each marked when it is first read: of ten thousand a page reads a few.

    A limit on an objective without an estimate is violated. A range without a value violates a limit only if all of it
    lies beyond. The chance is the share of replicates in which all limits are satisfied, drawn as the intervals say.

    Attributes:
        ends: of the candidates.
        limits: those that are set.
    """

    ends: Ends
    limits: Limits
    _marked: dict[int, Candidate] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ends.candidates)

    @overload
    def __getitem__(self, row: int) -> Candidate: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, row: int | slice) -> Candidate | tuple[Candidate, ...]:
        """A candidate with its marks; the same object whenever it is read."""
        if isinstance(row, slice):
            return tuple(self[place] for place in range(*row.indices(len(self))))
        row = range(len(self))[row]
        if row not in self._marked:
            self._marked.setdefault(row, self._mark(row))
        return self._marked[row]

    def _mark(self, row: int) -> Candidate:
        candidate, chance = self.ends.candidates[row], float(self.chances[row])
        violates, uncertain = (_true_at(row, masks) for masks in (self.violated, self.uncertain))
        if (violates, uncertain, chance) == (candidate.violates, candidate.uncertain, candidate.chance):
            return candidate
        return replace(candidate, violates=violates, uncertain=uncertain, chance=chance)

    @cached_property
    def violated(self) -> Mapping[Objective, Mask]:
        """Which candidates violate each limit, shape (N,)."""
        return {one: ~keeps(self.ends.of(one, held), one, limit) for one, limit in self.limits.items()}

    @cached_property
    def uncertain(self) -> Mapping[Objective, Mask]:
        """For which candidates each limit lies inside the interval, shape (N,)."""
        ends = self.ends
        return {
            one: keeps(ends.of(one, better_end), one, limit) & ~keeps(ends.of(one, worse_end), one, limit)
            for one, limit in self.limits.items()
        }

    @cached_property
    def feasible(self) -> Mask:
        """Which candidates satisfy every limit and fit, shape (N,)."""
        mask: Mask = self.ends.fits & ~self._any(self.violated)
        return mask

    @cached_property
    def doubtful(self) -> Mask:
        """For which candidates any limit is uncertain, shape (N,)."""
        return self._any(self.uncertain)

    @cached_property
    def unknown(self) -> Mask:
        """Which candidates violate limits only because there is no estimate to compare with them, shape (N,)."""
        beyond = {one: mask & self.ends.known(one) for one, mask in self.violated.items()}
        mask: Mask = self._any(self.violated) & ~self._any(beyond)
        return mask

    @cached_property
    def excess(self) -> Floats:
        """How far each candidate lies beyond the limits it violates: the sum of |ln (value / limit)|, shape (N,)."""
        sums = np.zeros(len(self))
        for objective, mask in self.violated.items():
            values = np.maximum(self.ends.of(objective, held), _TINY)
            sums[mask] += np.abs(np.log(values / self.limits[objective]))[mask]
        return sums

    @cached_property
    def binding(self) -> Binding | None:
        """The limit that binds; see `pareto.choice.binding`."""
        return binding({one: self.ends.of(one, held)[self.ends.fits] for one in self.limits}, self.limits)

    @cached_property
    def chances(self) -> Floats:
        """Chance of each candidate to satisfy all limits and to fit, shape (N,)."""
        chances = self.ends.fits.astype(float)
        for objective, limit in self.limits.items():
            chances[self.violated[objective] & ~self.uncertain[objective]] = 0.0
            rows = np.flatnonzero(self.uncertain[objective] & (chances > 0))
            if not len(rows):
                continue
            stated = [self.ends.candidates[row].estimates[objective] for row in rows]
            estimates = [estimate.absolute or estimate for estimate in stated]
            rng = np.random.default_rng(objective.order)
            draws = from_intervals(estimates, [str(row) for row in rows], RESAMPLES, rng)
            share = keeps(draws, objective, limit).mean(axis=0)
            open_ended = [estimate.kind is EstimateKind.COMPUTING_ALONE for estimate in estimates]
            chances[rows] *= np.where(open_ended, np.minimum(share, _UNKNOWN), share)
        return chances

    def _any(self, masks: Mapping[Objective, Mask]) -> Mask:
        mask: Mask = np.logical_or.reduce([np.zeros(len(self), bool), *masks.values()])
        return mask


def satisfied(candidates: Sequence[Candidate], limits: Limits, draw: Callable[[Objective], Floats]) -> Mask:
    """In which replicates which candidates satisfy all limits.

    Args:
        candidates: with their `Marked`; none of them violates a limit for certain.
        limits: the same.
        draw: replicates of all these candidates.

    Returns:
        Shape (replicates, candidates); (1, candidates) where no limit is uncertain.
    """
    masks = [
        keeps(draw(objective), objective, limit)
        for objective, limit in limits.items()
        if any(objective in candidate.uncertain for candidate in candidates)
    ]
    everything: Mask = np.ones((1, len(candidates)), bool)
    return reduce(np.logical_and, masks, everything)


def held(estimate: Estimate, objective: Objective) -> float:
    """The value that is compared with a limit: of a range without a value, its better end."""
    return better_end(estimate, objective) if estimate.mere_range else estimate.centre


def better_end(estimate: Estimate, objective: Objective) -> float:
    """The better end of its interval or range."""
    estimate = estimate.absolute or estimate
    return estimate.high if objective.higher_is_better else estimate.low


def worse_end(estimate: Estimate, objective: Objective) -> float:
    """The worse end; of computing alone there is none, because the rest of the machine needs energy too."""
    if estimate.kind is EstimateKind.COMPUTING_ALONE:
        return math.inf
    return estimate.low if objective.higher_is_better else estimate.high


def centre(estimate: Estimate, _objective: Objective) -> float:
    """The value that is shown."""
    return estimate.centre


def _true_at(row: int, masks: Mapping[Objective, Mask]) -> tuple[Objective, ...]:
    return tuple(objective for objective, mask in masks.items() if mask[row])
