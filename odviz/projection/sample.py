"""The networks of one target as arrays, and what is fitted when some of them are left out."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from odviz.arrays import Floats
from odviz.domain.published import Processor, PublishedRow
from odviz.projection import ensemble
from odviz.projection.conformal import FLOOR, NEW_FAMILY_FLOOR, Residuals
from odviz.projection.ensemble import Ensemble
from odviz.projection.features import COLUMNS, Features, family_of, features_of, matrix
from odviz.projection.requirements import needed

_FOLDS = 10
_SEED = 0
_MOST = 0.8
_NEAR = 2.0

_BELOW = {Processor.CPU: 1.3, Processor.MICROCONTROLLER: 1.3, Processor.ACCELERATOR: 2.0}
"""Factor by which both ends of an interval move per decade of fewer MACs than any network had.

The least of 1.1, 1.2, 1.3 … with which intervals cover nine in ten networks of CPU targets, predicted from larger
ones alone; 91 % on each board in turn with the rate that all other boards choose (`benchmarks/_distance.py`).
"""

_ABOVE = {Processor.CPU: 1.5, Processor.MICROCONTROLLER: 1.5, Processor.ACCELERATOR: 3.0}
"""The same per decade of more MACs, or of more of another count; 91 % on CPUs and 90 % on accelerators."""

_TRIED, _UNTRIED = 2.0, 2.0
"""Decades below the range over which that was tried, and the factor per decade beyond: almost nothing is published."""

_FREE = ("activations", "compute_layers", "parameters")
"""Counts that the MACs do not bound, as they do their parts."""


@dataclass(frozen=True, slots=True)
class TimedNetwork:
    """A published network that can be learned from."""

    name: str
    family: str
    features: Features
    seconds: float


def networks(rows: Sequence[PublishedRow]) -> tuple[TimedNetwork, ...]:
    """Those of the rows whose MACs are known."""
    counted = ((row, features_of(row)) for row in rows)
    return tuple(
        TimedNetwork(row.model, family_of(row.model), counts, row.latency_s)
        for row, counts in counted
        if counts is not None
    )


@dataclass(frozen=True)
class Sample:
    """What a target's model is learned from.

    Attributes:
        own: networks measured on this target.
        lent: networks measured on the same target in floating point, where this one is int8 and has few of its own;
            they stand in with the ratio that the networks measured on both had when another family is predicted.
        processor: what the target computes on.
    """

    own: tuple[TimedNetwork, ...]
    lent: tuple[TimedNetwork, ...] = ()
    processor: Processor = Processor.CPU

    @cached_property
    def columns(self) -> frozenset[str]:
        """Counts that are known of most networks; the few gaps are filled in."""
        known = [network.features.known for network in (*self.own, *self.lent)]
        return frozenset(name for name in COLUMNS if sum(name in names for names in known) >= _MOST * len(known))

    @cached_property
    def families(self) -> frozenset[str]:
        """Families measured on this target."""
        return frozenset(network.family for network in self.own)

    def has_family(self, family: str, macs: float) -> bool:
        """Whether the family was measured on this target, near this many MACs."""
        sizes = [network.features.macs for network in self.own if network.family == family]
        return bool(sizes) and min(sizes) / _NEAR <= macs <= max(sizes) * _NEAR

    @cached_property
    def macs_range(self) -> tuple[float, float]:
        """Fewest and most MACs measured on this target."""
        macs = [network.features.macs for network in self.own]
        return min(macs), max(macs)

    def without(self, gone: Collection[str], families: bool) -> Sample:
        """The sample had these networks, or families, never been measured, on this target or in floating point."""
        own, lent = (
            tuple(network for network in side if (network.family if families else network.name) not in gone)
            for side in (self.own, self.lent)
        )
        return Sample(own, lent, self.processor)

    def fit(self, columns: frozenset[str], by_family: bool) -> Ensemble:
        """Learn from it, using these counts.

        Args:
            columns: names of counts.
            by_family: whether to predict networks of other families; relatives of these are predicted best by what
                was measured on the target itself.
        """
        pool = self._pool() if by_family else self.own
        seconds = np.array([network.seconds for network in pool])
        families = None if by_family else [network.family for network in pool]
        return ensemble.fit(_complete(pool), seconds, families, indices(columns), self.processor)

    def _pool(self) -> tuple[TimedNetwork, ...]:
        """Own networks, and lent ones that are not among them at the usual ratio of the two precisions."""
        own, lent = ({network.name: network.seconds for network in side} for side in (self.own, self.lent))
        shared = [own[name] / lent[name] for name in own if name in lent]
        if not shared:
            return self.own
        ratio = float(np.median(shared))
        moved = (TimedNetwork(n.name, n.family, n.features, n.seconds * ratio) for n in self.lent if n.name not in own)
        return (*self.own, *moved)

    def outside(self, features: Features, columns: frozenset[str]) -> dict[str, float]:
        """Counts that lie outside the calibrated range, and how far, in e-folds.

        MACs lie outside on both sides. Another count does where it is larger than any that was seen, for its MACs too:
        then nobody knows what so much of it costs. One that is smaller costs less than was seen, and the MACs stay.

        Args:
            features: of the network asked about.
            columns: names of the counts that are used.
        """
        low, high = self.macs_range
        folds = {"macs": max(_folds(low, features.macs), _folds(features.macs, high))}
        for name in sorted(columns.intersection(_FREE)):
            count = getattr(features, name)
            seen = [(getattr(network.features, name) or 0.0, network.features.macs) for network in self.own]
            most, densest = max(own for own, _ in seen), max(own / macs for own, macs in seen)
            if count and most:
                folds[name] = min(_folds(count, most), _folds(count / features.macs, densest))
        return {name: far for name, far in folds.items() if far > 0}

    def widening(self, features: Features, columns: frozenset[str]) -> float:
        """What an interval's logarithmic half width gains for the count that widens it most; see `outside`."""
        smaller = features.macs < self.macs_range[0]
        outside = self.outside(features, columns).items()
        return max((self._reach(folds, smaller and name == "macs") for name, folds in outside), default=0.0)

    def _reach(self, folds: float, below: bool) -> float:
        """Widening for one count, in logarithm, by how far it lies outside."""
        decades = folds / math.log(10)
        if not below:
            return decades * math.log(_ABOVE[self.processor])
        tried = min(decades, _TRIED)
        return tried * math.log(_BELOW[self.processor]) + (decades - tried) * math.log(_UNTRIED)

    def by_family(self, columns: frozenset[str]) -> Residuals:
        """Leave out one family after the other."""
        return self._leave_out([network.family for network in self.own], columns, True)

    def by_network(self, columns: frozenset[str]) -> Residuals:
        """Leave out a tenth of the networks after the other (each alone where there are few)."""
        return self._leave_out(_tenths(len(self.own)), columns, False)

    def _leave_out(self, labels: Sequence[str], columns: frozenset[str], by_family: bool) -> Residuals:
        count = len(self.own)
        error, groups = np.full(count, np.nan), np.zeros(count, dtype=np.int64)
        counts = _complete(self.own)
        for number, label in enumerate(dict.fromkeys(labels)):
            out = [index for index, own in enumerate(labels) if own == label]
            gone = {label} if by_family else {self.own[index].name for index in out}
            rest = self.without(gone, by_family)
            if len(rest.own) < needed(self.processor).training:
                continue
            families = None if by_family else [self.own[index].family for index in out]
            predicted = rest.fit(columns, by_family).log_seconds(counts[out], families)
            error[out] = predicted - np.log([self.own[index].seconds for index in out])
            groups[out] = number
        seen = ~np.isnan(error)
        floor = NEW_FAMILY_FLOOR if by_family else FLOOR
        return Residuals(error[seen], groups[seen], floor, self.processor is Processor.MICROCONTROLLER)


def _folds(value: float, over: float) -> float:
    """How many e-folds a value lies over another; less than 0 where it lies under it."""
    return math.log(value) - math.log(over)


def _tenths(count: int) -> list[str]:
    """A label per network, at random; each its own where there are at most ten."""
    return [str(fold) for fold in np.random.default_rng(_SEED).permutation(count) % _FOLDS]


def _complete(pool: Sequence[TimedNetwork]) -> Floats:
    """Counts (networks, columns), gaps filled with the usual ratio to the MACs; a column nobody knows stays empty."""
    counts = matrix([network.features for network in pool])
    for column in range(1, counts.shape[1]):
        gap = np.isnan(counts[:, column])
        if gap.any() and not gap.all():
            counts[gap, column] = counts[gap, 0] * np.median(counts[~gap, column] / counts[~gap, 0])
    return counts


def indices(columns: frozenset[str]) -> tuple[int, ...]:
    """Positions of these counts in a matrix."""
    return tuple(index for index, name in enumerate(COLUMNS) if name in columns)
