"""Which points an answer can depend on."""

import numpy as np
import pytest

from odviz.domain.result import Block
from odviz.execution.contest import Contest
from odviz.metrics import METRICS
from odviz.stats import SteadyBlocks
from tests.fakes import ITEMS, point

PARENT, OWN = point(), point("int8-static")


def right(share):
    return (np.arange(ITEMS) < share * ITEMS).astype(float)


def timed(ns, spread=0.01):
    """Three launches of two rounds."""
    factors = (1 - spread, 1, 1 + spread)
    blocks = [Block(launch, number, (round(ns * factors[launch]),), ns) for launch in range(3) for number in range(2)]
    return SteadyBlocks(blocks, blocks)


@pytest.mark.parametrize(
    ("accuracy", "ns", "spread", "is_open"),
    [
        (0.9, 3_000_000, 0.01, False),  # as good, and slower for certain
        (0.9, 1_050_000, 0.001, True),  # slower by less than matters
        (0.9, 1_500_000, 0.5, True),  # perhaps not slower
        (0.97, 3_000_000, 0.01, True),  # slower and better
        (0.905, 3_000_000, 0.01, False),  # slower, and not better for certain
    ],
)
def test_a_point_is_open_unless_another_beats_it(accuracy, ns, spread, is_open):
    scores = {PARENT: right(0.9), OWN: np.roll(right(accuracy), 7)}
    contest = Contest(METRICS["top1"], scores, seed=0)
    open_points = contest.open_points({PARENT: timed(1_000_000), OWN: timed(ns, spread)})
    assert open_points == ([PARENT, OWN] if is_open else [PARENT])


def test_points_that_failed_meanwhile_take_no_part():
    contest = Contest(METRICS["top1"], {PARENT: right(0.9), OWN: right(0.9)}, seed=0)
    assert contest.open_points({OWN: timed(3_000_000)}) == [OWN]
