"""How often the 95 % intervals of accuracy cover the accuracy for new people, when the test items come from a few.

Simulated, with correlated items within a person; over people as odviz has it, against over items as if all were
independent.

`python -m benchmarks groups`
"""

from __future__ import annotations

import numpy as np

from benchmarks._common import goal, parse, parser, table
from benchmarks._people import DIFFERENCE, RIGHT, People
from odviz.domain.estimate import Estimate
from odviz.metrics.top1 import plugin

COUNTS, CORRELATIONS = (4, 10, 30), (0.0, 0.05, 0.3)
LOWEST, HIGHEST = 0.93, 0.97


def row(people: People, reruns: int) -> tuple[list[str], list[float]]:
    """A row of the table, and the two coverages over people."""
    rng = np.random.default_rng(people.count)
    accuracy, difference, by_item, difference_by_item = [], [], [], []
    for _ in range(reruns):
        parent, variant, person = people.predict(rng)
        accuracy.append(plugin.interval(parent, person))
        difference.append(plugin.difference(variant, parent, person))
        by_item.append(plugin.interval(parent))
        difference_by_item.append(plugin.difference(variant, parent))
    shares = [_covered(accuracy, RIGHT), _covered(difference, DIFFERENCE)]
    by_items = [_covered(by_item, RIGHT), _covered(difference_by_item, DIFFERENCE)]
    cells = [f"{shares[0]:.1%}", f"{by_items[0]:.1%}", _width(accuracy), f"{shares[1]:.1%}", f"{by_items[1]:.1%}"]
    return [str(people.count), f"{people.correlation:g}", *cells, _width(difference)], shares


def _covered(intervals: list[Estimate], truth: float) -> float:
    return float(np.mean([interval.low <= truth <= interval.high for interval in intervals]))


def _width(intervals: list[Estimate]) -> str:
    return f"±{50 * np.median([interval.high - interval.low for interval in intervals]):.1f}"


def main() -> None:
    options = parse(parser(__doc__))
    reruns = 20 if options.tiny else 3000
    rows, shares = [], []
    for count in COUNTS:
        for correlation in CORRELATIONS:
            cells, covered = row(People(count, correlation), reruns)
            rows.append(cells)
            shares += covered
    columns = (
        "People", "Correlation", "Accuracy: over people", "over items", "median half width, points",
        "Difference: over people", "over items", "median half width, points",
    )  # fmt: skip
    print(table(columns, rows))
    print(f"\n{reruns:,} test sets each; about 100 items a person, accuracy {RIGHT:.0%}, {DIFFERENCE:.1%} lost.\n")
    print(goal(f"{LOWEST:.0%} to {HIGHEST:.0%} covered", all(LOWEST <= share <= HIGHEST for share in shares)))


if __name__ == "__main__":
    main()
