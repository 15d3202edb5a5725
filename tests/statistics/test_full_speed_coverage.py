"""Estimates on a machine that neighbours slow down for much of the time, by simulation."""

import numpy as np
import pytest

from odviz.domain.result import Block
from odviz.stats import latency, speedup, steady

SLOWED, FULL_NS = np.log(1.7), 300_000
APART = {"parent": 0.2, "int8": 1.2}
"""How much a slower machine slows each variant, in logarithms; as measured for a large and a small network."""
TRUTH = {"parent": 2e-3, "int8": 0.5e-3}
RERUNS = 150


def pair(rng):
    """The same for two variants of one network, as 45 pairs had it."""
    parent = 0.9 + 0.3 * rng.standard_normal()
    return {"parent": parent, "int8": parent + 0.1 * rng.standard_normal()}


def benchmark(rng, share, sensitivity, launches=3, rounds=24):
    """Blocks of two variants; the machine changes its speed at random, on average every other block."""
    blocks = {name: [] for name in TRUTH}
    slow = rng.random() < share
    for launch in range(launches):
        layout = {name: 0.012 * rng.standard_normal() for name in TRUTH}
        for number in range(rounds):
            for name in rng.permutation(list(TRUTH)):
                if rng.random() < 0.5:
                    slow = rng.random() < share
                noise = 0.02 * rng.standard_normal() + 0.01 * rng.standard_normal(10)
                logs = np.log(TRUTH[name]) + layout[name] + noise + slow * SLOWED * sensitivity[name]
                times = tuple(np.rint(1e9 * np.exp(logs)).astype(int).tolist())
                reference = int(FULL_NS * np.exp(slow * SLOWED + 0.03 * abs(rng.standard_normal())))
                blocks[name].append(Block(launch, number, times, times[0], reference_ns=reference))
    return blocks


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8, 0.97])
def test_intervals_cover_the_time_at_full_speed_however_often_the_machine_was_slowed(share):
    rng = np.random.default_rng(int(100 * share))
    hits, ratios, halves, naive, corrected = [], [], [], [], 0
    for _ in range(RERUNS):
        blocks = benchmark(rng, share, APART if share < 0.9 else pair(rng))
        timed = steady(blocks, FULL_NS)
        corrected += not all(variant.at_full_speed for variant in timed.values())
        for name, truth in TRUTH.items():
            p50 = latency(timed[name].blocks, correction_sd=timed[name].correction_sd).p50
            hits.append(p50.low <= truth <= p50.high)
            halves.append(p50.relative_half_width)
        ratio = speedup(blocks["parent"], blocks["int8"], FULL_NS)
        ratios.append(ratio.low <= TRUTH["parent"] / TRUTH["int8"] <= ratio.high)
        naive.append(latency(blocks["int8"]).p50.centre / TRUTH["int8"])
    assert (corrected > RERUNS / 2) == (share > 0.9)
    assert np.mean(hits) >= 0.93 and np.mean(ratios) >= 0.93
    assert np.median(halves) < (0.1 if share < 0.9 else 0.35)
    assert share == 0 or np.quantile(naive, 0.9) > 1.3  # what all blocks together would say
