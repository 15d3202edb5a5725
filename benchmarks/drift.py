"""How often the 95 % intervals of p50 and speed-up cover the truth on a machine that drifts.

Simulated: a benchmark is measured, then continued one, three and five times. The truth is the typical time over all
sessions. In brackets: the coverage of an interval over launches alone, as if they were independent.

`python -m benchmarks drift`
"""

from __future__ import annotations

import math

import numpy as np

from benchmarks._common import goal, parse, parser, table
from benchmarks._drift import MACHINES, Machine, as_blocks
from odviz.stats import speedup
from odviz.stats.location import Location, launches, locate_p50
from odviz.stats.sessions import across_sessions

CONTINUATIONS = (0, 1, 3, 5)
EFFORTS = ((3, 4), (5, 10))
LOWEST, TRUTH = 0.93, math.log(1e-3)


def row(name: str, machine: Machine, batch: int, rounds: int, reruns: int) -> tuple[list[str], list[float]]:
    """A row of the table, and the coverages of p50 after each continuation."""
    rng = np.random.default_rng(1)
    covered, alone, widths, ratios = [], [], [], []
    for _ in range(reruns):
        logs = machine.times(rng, batch * (1 + max(CONTINUATIONS)), rounds, batch, variants=2)
        runs = launches(as_blocks(logs[0]))
        parts = [runs[: batch * (1 + continued)] for continued in CONTINUATIONS]
        locations = [across_sessions(part) for part in parts]
        covered.append([_covers(location, machine) for location in locations])
        alone.append([_covers(locate_p50(part), machine) for part in parts])
        widths.append([location.half for location in locations])
        ratios.append(speedup(as_blocks(logs[0, :batch]), as_blocks(logs[1, :batch])))
    shares, before = np.mean(covered, axis=0), np.mean(alone, axis=0)
    cells = [f"{share:.0%} ({old:.0%})" for share, old in zip(shares, before, strict=True)]
    half = np.median(widths, axis=0)
    held = np.mean([ratio.low <= 1 <= ratio.high for ratio in ratios])
    width = np.median([ratio.relative_half_width for ratio in ratios])
    ends = [f"±{half[0]:.1%} to ±{half[-1]:.1%}", f"{held:.0%}", f"±{width:.1%}"]
    return [f"{name}, {batch} × {rounds}", *cells, *ends], shares.tolist()


def _covers(location: Location, machine: Machine) -> bool:
    return abs(location.centre - TRUTH - machine.typical) <= location.half


def main() -> None:
    options = parse(parser(__doc__))
    reruns = 4 if options.tiny else 200
    rows, shares = [], []
    for batch, rounds in EFFORTS:
        for name, machine in MACHINES.items():
            cells, covered = row(name, machine, batch, rounds, reruns)
            rows.append(cells)
            shares += covered
    columns = (
        "Machine, launches × rounds", *(f"p50, continued {continued} ×" for continued in CONTINUATIONS),
        "half width", "Speed-up of 1", "half width",
    )  # fmt: skip
    print(table(columns, rows))
    print(
        f"\n{reruns} benchmarks each. Launches differ by 1.4 % (0.5 % where quiet or with modes), blocks by 0.5 %; "
        "drift has 2 %; three of ten launches are 10 % slower where there are two modes.\n"
    )
    print(goal(f"at least {LOWEST:.0%} of p50 covered", min(shares) >= LOWEST))


if __name__ == "__main__":
    main()
