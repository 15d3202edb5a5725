"""One kind of change to items at five severities, and the range that changed items keep."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SEVERITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Kind:
    """A kind of change.

    Attributes:
        name: in stored outcomes and addresses ("noise").
        title: as shown.
        levels: how much is changed at each severity, in the unit of `apply`.
        apply: the changed items, from items, a level and randomness; a level of 0 changes nothing, and a higher one
            changes more of the same, because the randomness is drawn in the same order.
    """

    name: str
    title: str
    levels: tuple[float, float, float, float, float]
    apply: Callable[[Any, float, np.random.Generator], Any]

    def changed(self, items: Any, severity: int, seed: int) -> Any:
        """The items at a severity from 1 to 5; at 0 as they are.

        Args:
            items: as `apply` takes them.
            severity: 0 to 5.
            seed: of the randomness.
        """
        if not severity:
            return items
        rng = np.random.default_rng([seed, zlib.crc32(self.name.encode())])
        return self.apply(items, self.levels[severity - 1], rng)
