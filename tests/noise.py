"""Simulated timings with the noise of a shared machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.domain.result import Block


@dataclass(frozen=True)
class Noise:
    """Noise of each source; standard deviations of the log time unless stated otherwise.

    Attributes:
        launch: per launch and variant, as from memory layout.
        drift: per round, shared by all variants, with autocorrelation 0.7.
        block: per block.
        inference: per inference.
        slow: share of inferences slowed by an exponential with mean 0.3 in log time.
        burst: share of rounds that are 49 % slower for all variants.
    """

    launch: float = 0.0
    drift: float = 0.0
    block: float = 0.0
    inference: float = 0.01
    slow: float = 0.05
    burst: float = 0.0

    def times(
        self, rng: np.random.Generator, launches: int, rounds: int, variants: int = 1, timed: int = 10
    ) -> NDArray[np.float64]:
        """Shape (variants, launches, rounds, timed), seconds around one millisecond."""
        shape = (variants, launches, rounds)
        drift = rng.standard_normal((launches, rounds))
        for number in range(1, rounds):
            drift[:, number] = 0.7 * drift[:, number - 1] + np.sqrt(0.51) * drift[:, number]
        logs = self.drift * drift + self.launch * rng.standard_normal((variants, launches, 1))
        logs = logs + self.block * rng.standard_normal(shape) + 0.4 * (rng.random((launches, rounds)) < self.burst)
        logs = logs[..., np.newaxis] + self.inference * rng.standard_normal((*shape, timed))
        logs += (rng.random(logs.shape) < self.slow) * rng.exponential(0.3, logs.shape)
        return 1e-3 * np.exp(logs)


def as_blocks(times: NDArray[np.float64], cpu_share: float = 1.0) -> Sequence[Block]:
    """One variant's times, shape (launches, rounds, timed), as blocks."""
    wall = np.rint(times * 1e9).astype(int)
    cpu = np.rint(times.mean(axis=-1) * cpu_share * 1e9).astype(int)
    return [
        Block(launch, number, tuple(wall[launch, number].tolist()), int(cpu[launch, number]))
        for launch in range(times.shape[0])
        for number in range(times.shape[1])
    ]
