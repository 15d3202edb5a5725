"""Three-state front of N variants over 1,000 joint replicates, against a loop over moocore.

The loop asks moocore for the front of each replicate; the two must agree on every point.

`python -m benchmarks fronts`
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

import moocore
import numpy as np
from numpy.typing import NDArray

from benchmarks._common import goal, note, parser, table
from odviz.pareto import three_state

REPLICATES, LONGEST_S, TIMES_FASTER = 1000, 1.0, 10.0


def scattered(points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Variants anywhere: latency over five e-folds with 1 % noise, accuracy 60 to 95 % with half a point.

    Most of many variants are far from the front, as in a sweep of every recipe over every network.
    """
    latency = np.exp(rng.uniform(-9, -4, points) + 0.01 * rng.standard_normal((REPLICATES, points)))
    accuracy = rng.uniform(0.60, 0.95, points) + 0.005 * rng.standard_normal((REPLICATES, points))
    return np.stack([-accuracy, latency], axis=-1)


def crowded(points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Variants along the front: accuracy rises with latency and falls off it by 5 points; the same noise.

    The hard case: many points are on the front in some replicate.
    """
    place = rng.uniform(-9, -4, points)
    middle = 0.95 - 0.3 * np.exp(-(place + 9) / 1.5) - np.abs(rng.normal(0, 0.05, points))
    latency = np.exp(place + 0.01 * rng.standard_normal((REPLICATES, points)))
    return np.stack([-(middle + 0.005 * rng.standard_normal((REPLICATES, points))), latency], axis=-1)


def one_by_one(replicates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the replicates that has each point on the front."""
    fronts = [moocore.is_nondominated(each, keep_weakly=True) for each in replicates]
    share: NDArray[np.float64] = np.mean(fronts, axis=0)
    return share


def seconds(works: Sequence[Callable[[], object]], repeats: int) -> list[float]:
    """Median processor time of each, taken in turns: neither waiting for others nor a slow minute favours one."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, times in zip(works, taken, strict=True):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
    return [median(times) for times in taken]


def main() -> None:
    tiny = parser(__doc__).parse_args().tiny
    repeats = 2 if tiny else 15
    rows, last = [], {}
    for words, drawn in (("anywhere", scattered), ("along the front", crowded)):
        for points in (40, 100, 300, 1000):
            note(f"{points} variants {words}")
            replicates = drawn(points, np.random.default_rng(points))
            observed = np.ones(points, bool)
            _, share = three_state(replicates, observed)
            assert np.allclose(share, one_by_one(replicates)), "the fronts differ from moocore's"
            ours, theirs = seconds(
                [lambda r=replicates, o=observed: three_state(r, o), lambda r=replicates: one_by_one(r)], repeats
            )
            last[words] = (ours, theirs / ours)
            rows.append([str(points), words, f"{ours * 1e3:.1f} ms", f"{theirs * 1e3:.1f} ms", f"{theirs / ours:.1f}×"])
    print(table(("Variants", "Lying", "Three-state front", "Loop over moocore", "Times faster"), rows))
    print(f"\n{REPLICATES:,} replicates of accuracy and latency each; medians of {repeats} runs, processor time.\n")
    print(goal(f"1,000 variants within {LONGEST_S:g} s", all(taken <= LONGEST_S for taken, _ in last.values())) + "\n")
    for words, (_, times) in last.items():
        print(goal(f"{TIMES_FASTER:g} × faster at 1,000 variants {words}", times >= TIMES_FASTER) + "\n")


if __name__ == "__main__":
    main()
