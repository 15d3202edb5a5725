"""Order of the variants within rounds; pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffled_rounds(items: Sequence[T], seed: int) -> Iterator[tuple[T, ...]]:
    """Endless rounds, each with every item once in random order.

    In a fixed order each variant would always follow the same one, whose weights fill the caches. Shuffling turns that
    effect into noise instead of a difference between variants.

    Args:
        items: neither compared nor hashed.
        seed: equal seeds give equal orders.
    """
    generator = random.Random(seed)
    while True:
        yield tuple(generator.sample(items, len(items)))
