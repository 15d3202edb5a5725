"""The networks of one target as arrays, and what is fitted when some of them are left out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.domain.published import PublishedRow
from odviz.projection import ensemble
from odviz.projection.conformal import Residuals
from odviz.projection.ensemble import Ensemble
from odviz.projection.features import COLUMNS, Array, Features, family_of, features_of, matrix

_FOLDS = 10
_SEED = 0
_LEAST_TRAINING = 4
_MOST = 0.8
_NEAR = 2.0
_PER_FOLD = 0.3
"""Logarithmic half width added per e-fold outside the calibrated range: a factor of 2 per decade."""

_FREE = ("activations", "compute_layers", "parameters")
"""Counts that the MACs do not bound, as they do the depthwise ones."""

LEAST_POINTS = 8
"""Networks a target needs before anything is projected; with fewer, only what was published is shown."""

NEEDED = f"{LEAST_POINTS} networks of 3 families, or of 2 with {_LEAST_TRAINING} in each"
"""What `suffices` asks for, in words: of 3 families of 8 networks two can always be left out."""


def suffices(families: Sequence[str]) -> bool:
    """Whether networks of these families, one name each, are enough to project others and to say how well.

    Two families must each leave enough to learn from when they are left out; the error of one says nothing about how
    the next would fare.
    """
    testable = sum(len(families) - size >= _LEAST_TRAINING for size in Counter(families).values())
    return len(families) >= LEAST_POINTS and testable >= 2


@dataclass(frozen=True, slots=True)
class Network:
    """A published network that can be learned from."""

    name: str
    family: str
    features: Features
    seconds: float


def networks(rows: Sequence[PublishedRow]) -> tuple[Network, ...]:
    """Those of the rows whose MACs are known."""
    found = ((row, features_of(row)) for row in rows)
    return tuple(Network(row.model, family_of(row.model), its, row.latency_s) for row, its in found if its is not None)


@dataclass(frozen=True)
class Sample:
    """What a target's model is learned from.

    Attributes:
        own: networks measured on this target.
        lent: networks measured on the same target in floating point, where this one is int8 and has few of its own;
            they stand in with the ratio that the networks measured on both had when another family is predicted.
    """

    own: tuple[Network, ...]
    lent: tuple[Network, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Counts that are known of most networks; the few gaps are filled in."""
        every = (*self.own, *self.lent)
        return frozenset(
            name for name in COLUMNS if sum(name in each.features.known for each in every) >= _MOST * len(every)
        )

    @property
    def families(self) -> frozenset[str]:
        """Families measured on this target."""
        return frozenset(each.family for each in self.own)

    def has_family(self, family: str, macs: float) -> bool:
        """Whether the family was measured on this target, near this many MACs."""
        sizes = [each.features.macs for each in self.own if each.family == family]
        return bool(sizes) and min(sizes) / _NEAR <= macs <= max(sizes) * _NEAR

    @property
    def macs_range(self) -> tuple[float, float]:
        """Fewest and most MACs measured on this target."""
        macs = [each.features.macs for each in self.own]
        return min(macs), max(macs)

    def without(self, gone: Collection[str], families: bool) -> Sample:
        """The sample had these networks, or families, never been measured, on this target or in floating point."""
        own, lent = (
            tuple(each for each in side if (each.family if families else each.name) not in gone)
            for side in (self.own, self.lent)
        )
        return Sample(own, lent)

    def fit(self, columns: frozenset[str], by_family: bool) -> Ensemble:
        """Learn from it, using these counts.

        Args:
            columns: names of counts.
            by_family: whether to predict networks of other families; relatives of these are predicted best by what
                was measured on the target itself.
        """
        pool = self._pool() if by_family else self.own
        labels = [each.family for each in pool] if by_family else _tenths(len(pool))
        seconds = np.array([each.seconds for each in pool])
        groups = np.unique(labels, return_inverse=True)[1]
        return ensemble.fit(_complete(pool), seconds, groups, indices(columns), related=not by_family)

    def _pool(self) -> tuple[Network, ...]:
        """Own networks, and lent ones that are not among them at the usual ratio of the two precisions."""
        mine, theirs = ({each.name: each.seconds for each in side} for side in (self.own, self.lent))
        shared = [mine[name] / theirs[name] for name in mine if name in theirs]
        if not shared:
            return self.own
        ratio = float(np.median(shared))
        moved = (Network(n.name, n.family, n.features, n.seconds * ratio) for n in self.lent if n.name not in mine)
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
        found = {"macs": max(_folds(low, features.macs), _folds(features.macs, high))}
        for name in sorted(columns.intersection(_FREE)):
            count = getattr(features, name)
            seen = [(getattr(each.features, name) or 0.0, each.features.macs) for each in self.own]
            most, densest = max(its for its, _ in seen), max(its / macs for its, macs in seen)
            if count and most:
                found[name] = min(_folds(count, most), _folds(count / features.macs, densest))
        return {name: far for name, far in found.items() if far > 0}

    def widening(self, features: Features, columns: frozenset[str]) -> float:
        """What an interval's logarithmic half width gains for the count that lies farthest outside; see `outside`."""
        return _PER_FOLD * max(self.outside(features, columns).values(), default=0.0)

    def by_family(self, columns: frozenset[str], floor: float) -> Residuals:
        """Leave out one family after the other."""
        return self._leave_out([each.family for each in self.own], columns, True, floor)

    def by_network(self, columns: frozenset[str], floor: float) -> Residuals:
        """Leave out a tenth of the networks after the other (each alone where there are few)."""
        return self._leave_out(_tenths(len(self.own)), columns, False, floor)

    def _leave_out(self, labels: Sequence[str], columns: frozenset[str], by_family: bool, floor: float) -> Residuals:
        count = len(self.own)
        error, doubt, groups = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, dtype=np.int64)
        counts = _complete(self.own)
        for number, label in enumerate(dict.fromkeys(labels)):
            out = [index for index, each in enumerate(labels) if each == label]
            gone = {label} if by_family else {self.own[index].name for index in out}
            rest = self.without(gone, by_family)
            if len(rest.own) < _LEAST_TRAINING:
                continue
            predicted, unsure = rest.fit(columns, by_family).log_seconds(counts[out])
            error[out] = predicted - np.log([self.own[index].seconds for index in out])
            doubt[out] = unsure
            groups[out] = number
        seen = ~np.isnan(error)
        return Residuals(error[seen], doubt[seen], groups[seen], floor)


def _folds(value: float, over: float) -> float:
    """How many e-folds a value lies over another; less than 0 where it lies under it."""
    return math.log(value) - math.log(over)


def _tenths(count: int) -> list[str]:
    """A label per network, at random; each its own where there are at most ten."""
    return [str(fold) for fold in np.random.default_rng(_SEED).permutation(count) % _FOLDS]


def _complete(pool: Sequence[Network]) -> Array:
    """Counts (networks, columns), gaps filled with the usual ratio to the MACs; a column nobody knows stays empty."""
    counts = matrix([each.features for each in pool])
    for column in range(1, counts.shape[1]):
        gap = np.isnan(counts[:, column])
        if gap.any() and not gap.all():
            counts[gap, column] = counts[gap, 0] * np.median(counts[~gap, column] / counts[~gap, 0])
    return counts


def indices(columns: frozenset[str]) -> tuple[int, ...]:
    """Positions of these counts in a matrix."""
    return tuple(index for index, name in enumerate(COLUMNS) if name in columns)
