"""The square attack: random search for a small change that makes a network predict another class.

Andriushchenko, Croce, Flammarion and Hein, "Square Attack: a query-efficient black-box adversarial attack via random
search", ECCV 2020, for the maximum norm. Each step sets a random square of the picture to the edge of the box around
the item, with one sign for each channel, and keeps the change if the margin of the right class does not grow. The
squares shrink as the queries are used up. Of a signal the squares are intervals of time, of a table sets of features.

A change with an equal margin is kept, too, other than in the paper: the outputs of an int8 network take few values, and
a search that waited for a smaller margin would stand still.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Bools, Floats
from odviz.attacks.space import Space
from odviz.domain.modality import Modality

Classes = NDArray[np.int64]

FIRST_SHARE = 0.8
"""Share of the numbers of an item that the first step changes."""

_HALVINGS = np.array([10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]) / 10_000
"""Shares of the budget after which the squares are halved, as in the paper."""


@dataclass(frozen=True, eq=False)
class Attacked:
    """What an attack found.

    Attributes:
        outputs: of the network, shape (N, C), on the first change of an item that made it wrong, else on the best one.
        queries: inferences spent on each item, shape (N,); 1 where it was wrong from the start.
        right: whether it is still right, shape (N,).
    """

    outputs: Array
    queries: NDArray[np.int64]
    right: Bools


def square_attack(
    predict: Callable[[Array], Array],
    items: Array,
    targets: Classes,
    space: Space,
    *,
    budget: int,
    seed: int,
    threshold: float = 0.0,
) -> Attacked:
    """Attack every item with a fixed number of queries; an item is left alone once the network is wrong on it.

    The same seed tries the same squares on the same item whatever the network, so that networks are compared by item.

    Args:
        predict: the network: items of shape (n, …) to scores of shape (n, C), or (n, 1) for two classes.
        items: shape (N, …).
        targets: right classes, shape (N,).
        space: how far each number may move.
        budget: greatest number of queries of an item, the one on the unchanged item included.
        seed: of the random search.
        threshold: from which a single output means class 1.
    """
    rng = np.random.default_rng(seed)
    outputs = predict(items)
    margin = margins(outputs, targets, threshold)
    queries = np.ones(len(items), np.int64)
    best = items.copy()
    squares = _Squares(space, rng, len(items))
    for step in range(budget - 1):
        moves = squares.stripes() if step == 0 else squares.at(_share(step / max(budget - 2, 1)))
        active = np.flatnonzero(margin >= 0)
        if not len(active):
            break
        tried = space.inside(
            np.stack([squares.moved(best[row], items[row], moves, row) for row in active]), items[active]
        )
        scores = predict(tried)
        queries[active] += 1
        margin_tried = margins(scores, targets[active], threshold)
        kept = (margin_tried <= margin[active]) | (step == 0)
        rows = active[kept]
        best[rows], outputs[rows], margin[rows] = tried[kept], scores[kept], margin_tried[kept]
    return Attacked(outputs, queries, margin >= 0)


def margins(outputs: Array, targets: Classes, threshold: float = 0.0) -> Floats:
    """By how much the score of the right class exceeds every other one; below 0 where another class is predicted.

    Of equal scores the class of the lower number is predicted. NaN and infinite scores predict no class.

    Args:
        outputs: shape (n, C), or (n, 1) for two classes.
        targets: right classes, shape (n,).
        threshold: from which a single output means class 1.
    """
    scores = outputs.astype(float)
    if scores.shape[1] == 1:
        above = scores[:, 0] - threshold
        margin = np.where(targets == 1, above, -above - _TINY * (above == 0))
    else:
        rows = np.arange(len(scores))
        own = scores[rows, targets]
        others = scores.copy()
        others[rows, targets] = -np.inf
        margin = own - others.max(axis=1)
        margin[(margin == 0) & (others.argmax(axis=1) < targets)] = -_TINY
    return np.where(np.isfinite(outputs).all(axis=1), margin, -np.inf)


_TINY = 1e-12
"""Margin of a tie that is lost."""


def _share(progress: float) -> float:
    """Share of the numbers of an item that a step changes, after a share of the budget."""
    return FIRST_SHARE / 2.0 ** int((progress > _HALVINGS).sum())


@dataclass(frozen=True, eq=False)
class _Moves:
    """What one step tries on each item.

    Attributes:
        signs: towards which edge of the box each number goes, shape (N, …) up to axes that are all alike.
        places: index of the numbers that go there, for each item.
    """

    signs: Floats
    places: Sequence[Any]


class _Squares:
    """Random squares for N items; a step draws those of all items, so that each item has the same in every attack."""

    def __init__(self, space: Space, rng: np.random.Generator, count: int) -> None:
        self._space, self._rng, self._count = space, rng, count
        self._shape = space.radius.shape

    def stripes(self) -> _Moves:
        """The first change: upright stripes of a picture, a step of each channel of a signal, or of each feature."""
        return _Moves(
            self._signs(self._shape if self._space.modality is Modality.TABULAR else self._shape[1:]),
            [...] * self._count,
        )

    def at(self, share: float) -> _Moves:
        """Squares with a share of the numbers of each item."""
        if self._space.modality is Modality.TABULAR:
            movable = np.flatnonzero(self._space.radius)
            order = self._rng.random((self._count, len(movable))).argsort(axis=1)
            chosen = movable[order[:, : max(1, round(share * len(movable)))]]
            return _Moves(self._signs(self._shape), list(chosen))
        axes = 2 if self._space.modality is Modality.IMAGE else 1
        lengths = self._shape[:axes]
        side = math.prod(lengths) * share
        side = max(1, round(side if len(lengths) == 1 else math.sqrt(side)))
        sides = [min(side, length) for length in lengths]
        first = [
            self._rng.integers(0, length - own + 1, self._count) for length, own in zip(lengths, sides, strict=True)
        ]
        places = [
            tuple(slice(start, start + own) for start, own in zip(starts, sides, strict=True))
            for starts in np.stack(first, axis=1).tolist()
        ]
        return _Moves(self._signs(self._shape[axes:]), places)

    def moved(self, best: Array, item: Array, moves: _Moves, row: int) -> Array:
        """The best change of an item so far, with the square of this step at the edge of the box."""
        edge = item + moves.signs[row] * self._space.radius
        place = moves.places[row]
        moved = best.astype(float)
        moved[place] = edge[place]
        return moved

    def _signs(self, shape: tuple[int, ...]) -> Floats:
        return self._rng.choice(np.array([-1.0, 1.0]), (self._count, *shape))
