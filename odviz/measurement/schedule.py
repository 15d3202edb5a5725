"""The order in which variants take turns; pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffled_rounds(items: Sequence[T], seed: int) -> Iterator[tuple[T, ...]]:
    """Rounds without end, each with every item once, in an order of its own.

    A fixed order would let one variant always follow the same other one, which leaves its own weights in the
    caches: shuffling makes that a part of the noise rather than of the difference.

    Args:
        items: what takes turns; not compared or hashed.
        seed: the same seed gives the same orders.
    """
    draw = random.Random(seed)
    while True:
        yield tuple(draw.sample(items, len(items)))
