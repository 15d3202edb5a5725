"""Three-state front of N variants over 1,000 joint replicates, against a loop over moocore.

The loop computes the front of each replicate with moocore; both must agree on every point.

odviz drops the points that a few rivals dominate and sorts the rest of each replicate with numpy. Two alternatives
were measured and not taken: indices packed into the bits of floats are no faster where points lie anywhere, and
moocore's sort needs one call per replicate.

`python -m benchmarks fronts`
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

from benchmarks._common import goal, note, parse, parser, table
from odviz.pareto.membership import three_state

REPLICATES, LIMIT_S, TIMES_FASTER = 1000, 1.0, 10.0


def scattered(points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Independent objectives: latency over five e-folds with 1 % noise, accuracy 60 to 95 % with half a point.

    Most points lie far from the front, as in a sweep of every recipe over every network.

    Returns:
        Shape (REPLICATES, points, 2), to be minimised.
    """
    latency = np.exp(rng.uniform(-9, -4, points) + 0.01 * rng.standard_normal((REPLICATES, points)))
    accuracy = rng.uniform(0.60, 0.95, points) + 0.005 * rng.standard_normal((REPLICATES, points))
    return np.stack([-accuracy, latency], axis=-1)


def crowded(points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Accuracy that rises with latency and scatters below the curve by 5 points; the same noise.

    The hard case: many points are on the front of some replicate.

    Returns:
        Shape (REPLICATES, points, 2), to be minimised.
    """
    log_latency = rng.uniform(-9, -4, points)
    accuracy = 0.95 - 0.3 * np.exp(-(log_latency + 9) / 1.5) - np.abs(rng.normal(0, 0.05, points))
    latency = np.exp(log_latency + 0.01 * rng.standard_normal((REPLICATES, points)))
    return np.stack([-(accuracy + 0.005 * rng.standard_normal((REPLICATES, points))), latency], axis=-1)


def moocore_loop(replicates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the replicates in which each point is on the front; shape (B, N, K) to (N,)."""
    fronts = [moocore.is_nondominated(replicate, keep_weakly=True) for replicate in replicates]
    share: NDArray[np.float64] = np.mean(fronts, axis=0)
    return share


def seconds(functions: Sequence[Callable[[], object]], repeats: int) -> list[float]:
    """Least processor time of each function; they are called in turns, so that other load affects all alike."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(repeats):
        for function, durations in zip(functions, times, strict=True):
            start = time.process_time()
            function()
            durations.append(time.process_time() - start)
    return [min(durations) for durations in times]


def main() -> None:
    options = parse(parser(__doc__))
    sizes, repeats = ((40,), 2) if options.tiny else ((40, 100, 300, 1000), 15)
    rows, largest = [], {}
    for title, draw in (("anywhere", scattered), ("along the front", crowded)):
        for points in sizes:
            note(f"{points} variants {title}")
            replicates = draw(points, np.random.default_rng(points))
            observed = np.ones(points, bool)
            _, share = three_state(replicates, observed)
            if not np.allclose(share, moocore_loop(replicates)):
                raise SystemExit("The fronts differ from moocore's.")
            ours, theirs = seconds(
                [lambda r=replicates, o=observed: three_state(r, o), lambda r=replicates: moocore_loop(r)], repeats
            )
            largest[title] = (ours, theirs / ours)
            rows.append([str(points), title, f"{ours * 1e3:.1f} ms", f"{theirs * 1e3:.1f} ms", f"{theirs / ours:.1f}×"])
    print(table(("Variants", "Lying", "Three-state front", "Loop over moocore", "Times faster"), rows))
    print(f"\n{REPLICATES:,} replicates of accuracy and latency each; best of {repeats} runs, processor time.\n")
    count = f"{sizes[-1]:,} variants"
    print(goal(f"{count} within {LIMIT_S:g} s", all(ours <= LIMIT_S for ours, _ in largest.values())) + "\n")
    for title, (_, ratio) in largest.items():
        print(goal(f"{TIMES_FASTER:g} × faster at {count} {title}", ratio >= TIMES_FASTER) + "\n")


if __name__ == "__main__":
    main()
