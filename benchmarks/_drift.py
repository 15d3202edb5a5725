"""Simulated times of a variant on a machine that drifts, over a benchmark that is continued again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Floats
from odviz.domain.result import Block

ROUND_S, START_S, PAUSE_S = 0.4, 1.0, 2.0
"""Length of a round, of starting a launch, and of the pause before a benchmark is continued."""


@dataclass(frozen=True)
class Machine:
    """Noise of one machine; standard deviations of the log time.

    Attributes:
        launch: per launch and variant.
        block: per block.
        drift: shared by all variants, an Ornstein-Uhlenbeck process.
        seconds: correlation time of the drift.
        slow: share of launches in a second mode, per variant.
        slowdown: of that mode, in log time.
    """

    launch: float = 0.014
    block: float = 0.005
    drift: float = 0.0
    seconds: float = 1.0
    slow: float = 0.0
    slowdown: float = 0.0

    def times(
        self, rng: np.random.Generator, launches: int, rounds: int, batch: int, variants: int = 1, timed: int = 3
    ) -> Floats:
        """Log times around 0; shape (variants, launches, rounds, timed).

        Args:
            rng: source of the noise.
            launches: of all sittings together.
            rounds: per launch.
            batch: launches per sitting; a pause follows each.
            variants: measured in turns.
            timed: inferences of a block.
        """
        one = (variants, launches, 1, 1)
        logs = self.launch * rng.standard_normal(one) + self.slowdown * (rng.random(one) < self.slow)
        logs = logs + self.block * rng.standard_normal((variants, launches, rounds, 1))
        logs = logs + self.drift * self._drift(rng, launches, rounds, batch)[:, :, np.newaxis]
        return logs + 0.003 * rng.standard_normal((variants, launches, rounds, timed))

    @property
    def typical(self) -> float:
        """Mean of the log time over launches and sessions."""
        return self.slow * self.slowdown

    def _drift(self, rng: np.random.Generator, launches: int, rounds: int, batch: int) -> Floats:
        steps = np.full((launches, rounds), ROUND_S)
        steps[:, 0] += START_S
        steps[batch::batch, 0] += PAUSE_S
        kept = np.exp(-steps.ravel() / self.seconds)
        shocks = np.sqrt(1 - kept**2) * rng.standard_normal(len(kept))
        levels = [rng.standard_normal()]
        for share, shock in zip(kept.tolist(), shocks.tolist(), strict=True):
            levels.append(share * levels[-1] + shock)
        return np.array(levels[1:]).reshape(launches, rounds)


def as_blocks(logs: Floats) -> Sequence[Block]:
    """One variant's log times, shape (launches, rounds, timed), as blocks around one millisecond."""
    nanoseconds = np.rint(1e6 * np.exp(logs)).astype(int)
    return [
        Block(launch, number, tuple(times), round(sum(times) / len(times)))
        for launch, rows in enumerate(nanoseconds.tolist())
        for number, times in enumerate(rows)
    ]


MACHINES = {
    "launches differ, no drift": Machine(),
    "quiet": Machine(launch=0.005, block=0.003),
    "drift over 5 s": Machine(drift=0.02, seconds=5),
    "drift over 20 s": Machine(drift=0.02, seconds=20),
    "drift over 120 s": Machine(drift=0.02, seconds=120),
    "two modes of launches": Machine(launch=0.005, slow=0.3, slowdown=0.1),
}
"""Regimes that intervals are tried in."""
