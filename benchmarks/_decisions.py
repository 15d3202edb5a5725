"""Simulated benchmarks with known true accuracies and times, and whether the best variant is recommended."""

from __future__ import annotations

import numpy as np
from scipy import special

from odviz.analysis.recommendation import FAR_BELOW, MARGIN
from odviz.domain.result import Block
from odviz.metrics import METRICS
from odviz.pareto.decision import MATTERS, Options, decide
from odviz.stats import joint_p50, moves

VARIANTS, ITEMS, LAUNCHES, ROUNDS, TIMED = 8, 2800, 3, 5, 20
ALIKE = 0.97
"""Correlation of what two variants find hard."""

SESSION, LAUNCH, ROUND, INFERENCE = 0.05, 0.03, 0.02, 0.05
"""Spreads of times, in log: shared by all variants, of a process, of a block, of an inference."""

POINTS = 0.005
RESAMPLES = 300


def trial(rng: np.random.Generator, deadline: float | None) -> bool:
    """Simulate a benchmark; whether the recommended variant is within 0.5 points and 10 % of the truly best one.

    Of a network with 93 %, six in ten variants lose about 0.1 points and the others 0.3 to 3, as quantized and pruned
    ones of the shipped networks do. Times spread around 1 ms by a factor of 1.6.

    Args:
        rng: source of the randomness.
        deadline: seconds; variants that truly break it are not drawn.
    """
    lost = np.where(rng.random(VARIANTS) < 0.6, rng.exponential(0.001, VARIANTS), rng.uniform(0.003, 0.03, VARIANTS))
    accuracies = 0.93 - lost
    times = np.exp(rng.normal(np.log(1e-3), 0.5, VARIANTS))
    order = rng.permutation(VARIANTS)
    floor = FAR_BELOW * (deadline or 0.0)
    scores = list(_right(rng, accuracies).T)
    shares = np.array([column.mean() for column in scores])
    observed, allowed = np.ones(VARIANTS, bool), np.ones((1, VARIANTS), bool)
    measured = Options(
        METRICS["top1"].replicates(scores, RESAMPLES, rng),
        joint_p50([moves(_blocks(rng, time)) for time in _session(rng, times)], RESAMPLES, rng),
        allowed,
        order,
        observed,
        MARGIN,
        floor,
    )
    true = Options(accuracies[np.newaxis], times[np.newaxis], allowed, order, observed, MARGIN, floor)
    chosen, best = decide(measured, shares, allowed[0]).chosen, decide(true, accuracies, allowed[0]).chosen
    lost, ratio = accuracies[best] - accuracies[chosen], true.effective[0, chosen] / true.effective[0, best]
    return bool(lost <= POINTS and ratio <= MATTERS)


def _right(rng: np.random.Generator, accuracies: np.ndarray) -> np.ndarray:
    """Whether each prediction is right, shape (items, variants)."""
    shared, own = rng.standard_normal((ITEMS, 1)), rng.standard_normal((ITEMS, VARIANTS))
    right: np.ndarray = np.sqrt(ALIKE) * shared + np.sqrt(1 - ALIKE) * own < special.ndtri(accuracies)
    return right


def _session(rng: np.random.Generator, times: np.ndarray) -> np.ndarray:
    moved: np.ndarray = times * np.exp(rng.normal(0, SESSION))
    return moved


def _blocks(rng: np.random.Generator, time: float) -> list[Block]:
    blocks = []
    for launch in range(LAUNCHES):
        process = time * np.exp(rng.normal(0, LAUNCH))
        for number in range(ROUNDS):
            block = process * np.exp(rng.normal(0, ROUND) + rng.normal(0, INFERENCE, TIMED))
            nanoseconds = np.rint(block * 1e9).astype(np.int64)
            blocks.append(Block(launch, number, tuple(nanoseconds.tolist()), int(nanoseconds.mean())))
    return blocks
