"""Copies in a data set: equal items, near copies, and windows that overlap, within and across its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from odviz.arrays import Array, Indices
from odviz.data_quality._alike import NO_PAIRS, Pairs, alike, sharing_samples
from odviz.domain.data_quality import Item, Part
from odviz.domain.modality import Modality

Positions = Indices

MOST = 20_000
"""Distinct items among which near copies are looked for; of more, a random part."""


@dataclass(frozen=True, slots=True)
class Family:
    """Items that are copies of each other.

    Attributes:
        items: at least two, in the order of the data set.
        similarity: the least of the pairs that connect them.
    """

    items: tuple[Item, ...]
    similarity: float


@dataclass(frozen=True, eq=False)
class Copies:
    """Items that are equal or alike. Positions count the test items, then the calibration items.

    Attributes:
        tests: number of test items.
        identity: position of the first equal item, shape (N,).
        near: near copies among first items.
        shared: first items that have samples in common, beside near copies.
        compared: number of items among which near copies were looked for.
    """

    tests: int
    identity: Positions
    near: Pairs
    shared: Pairs
    compared: int

    def equal(self, split: Part) -> list[Family]:
        """Families of equal items of a part."""
        first, members = np.unique(self.identity[self._span(split)], return_inverse=True)
        counts = np.bincount(members, minlength=len(first))
        order = np.argsort(members, kind="stable")
        families = np.split(order, np.cumsum(counts)[:-1])
        return [self._family(split, positions, 1.0) for positions in families if len(positions) > 1]

    def alike(self, split: Part, pairs: Pairs) -> list[Family]:
        """Families of items of a part that pairs connect; equal items among these are named, too."""
        identity = self.identity[self._span(split)]
        present = np.isin(pairs.first, identity) & np.isin(pairs.second, identity)
        first, second = pairs.first[present], pairs.second[present]
        if not len(first):
            return []
        size = len(self.identity)
        graph = sparse.coo_matrix((np.ones(len(first)), (first, second)), (size, size))
        component = sparse.csgraph.connected_components(graph, directed=False)[1]
        least = np.ones(component.max() + 1)
        np.minimum.at(least, component[first], pairs.similarity[present])
        touched = np.unique(component[first])
        of_items = component[identity]
        return [self._family(split, np.flatnonzero(of_items == one), float(least[one])) for one in touched]

    def across(self, pairs: Pairs | None) -> dict[int, tuple[int, float]]:
        """For each test item with a copy for calibration: the position of the most similar one, and the similarity.

        Args:
            pairs: that count; None for equal items.
        """
        best: dict[int, tuple[int, float]] = {}
        for test, calibration, similarity in self._equal_across() if pairs is None else self._alike_across(pairs):
            if test not in best or best[test][1] < similarity:
                best[test] = calibration, similarity
        return best

    def _equal_across(self) -> Iterator[tuple[int, int, float]]:
        tests, calibration = self.identity[: self.tests], self.identity[self.tests :]
        first = {int(identity): index for index, identity in reversed(list(enumerate(calibration)))}
        for test in np.flatnonzero(np.isin(tests, calibration)).tolist():
            yield test, first[int(tests[test])], 1.0

    def _alike_across(self, pairs: Pairs) -> Iterator[tuple[int, int, float]]:
        for first, second, similarity in zip(
            pairs.first.tolist(), pairs.second.tolist(), pairs.similarity.tolist(), strict=True
        ):
            for one, other in ((first, second), (second, first)):
                mates = np.flatnonzero(self.identity[self.tests :] == other)
                if len(mates):
                    for test in np.flatnonzero(self.identity[: self.tests] == one).tolist():
                        yield test, int(mates[0]), similarity

    def _span(self, split: Part) -> slice:
        return slice(self.tests) if split is Part.TEST else slice(self.tests, None)

    def _family(self, split: Part, positions: Positions, similarity: float) -> Family:
        return Family(tuple(Item(split, int(position)) for position in positions), similarity)


def find_copies(tests: tuple[Array, ...], calibration: tuple[Array, ...], modality: Modality) -> Copies:
    """Find equal and similar items.

    Args:
        tests: what each input of a network takes of the test items, each of shape (N, …).
        calibration: the same of the calibration items.
        modality: what the first input takes.
    """
    known: dict[bytes, int] = {}
    identities = [*_identities(tests), *_identities(calibration)]
    identity = np.array([known.setdefault(one, position) for position, one in enumerate(identities)], np.intp)
    distinct = np.unique(identity)
    if len(distinct) > MOST:
        distinct = np.sort(np.random.default_rng(0).choice(distinct, MOST, replace=False))
    items = np.concatenate([tests[0], calibration[0]])
    if len(distinct) < len(items):
        items = items[distinct]
    near = _placed(alike(items, modality), distinct)
    shared = NO_PAIRS
    if modality is Modality.SIGNAL:
        shared = _without(_placed(sharing_samples(items), distinct), near)
    return Copies(len(tests[0]), identity, near, shared, len(distinct))


def _identities(parts: tuple[Array, ...]) -> Iterator[bytes]:
    """A digest of each item, equal for items that are equal in all parts."""
    for row in zip(*parts, strict=True):
        digest = hashlib.blake2b(digest_size=16)
        for part in row:
            digest.update(np.ascontiguousarray(part).data)
        yield digest.digest()


def _placed(pairs: Pairs, positions: Positions) -> Pairs:
    return Pairs(positions[pairs.first], positions[pairs.second], pairs.similarity)


def _without(pairs: Pairs, others: Pairs) -> Pairs:
    """The pairs that are not among others."""
    left = set(zip(others.first.tolist(), others.second.tolist(), strict=True))
    kept = np.array([pair not in left for pair in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)], bool)
    return Pairs(pairs.first[kept], pairs.second[kept], pairs.similarity[kept])
