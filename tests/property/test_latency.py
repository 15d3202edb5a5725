"""Properties of latency estimates from any times: all ends are finite and near what was timed."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.domain.estimate import Estimate
from odviz.domain.result import Block
from odviz.stats import latency, speedup

TIMES = st.lists(st.integers(0, 10**11), min_size=1, max_size=60).map(tuple)
BLOCKS = st.lists(
    st.builds(lambda launch, number, ns: Block(launch, number, ns, ns[0]), st.integers(0, 4), st.integers(0, 3), TIMES),
    min_size=1,
    max_size=12,
    unique_by=lambda block: (block.launch, block.round),
)
WIDEST = 100 * 1.001
"""Largest factor between a value and an end of an interval over launches."""


@settings(max_examples=200, deadline=None)
@given(BLOCKS)
def test_no_interval_is_infinite_or_far_beyond_the_times(blocks: list[Block]) -> None:
    summary = latency(blocks)
    slowest = max(max(block.wall_ns) for block in blocks) / 1e9
    estimates = [value for field in fields(summary) if isinstance(value := getattr(summary, field.name), Estimate)]
    for estimate in estimates:
        assert math.isfinite(estimate.low) and math.isfinite(estimate.high)
    assert summary.p50.high <= WIDEST * max(slowest, 1e-9)
    for name in ("p90", "p99"):
        assert (getattr(summary, name) is None) == (summary.needs.get(name, 0) > 0)
    assert summary.between_launches is None or math.isfinite(summary.between_launches)


@settings(max_examples=100, deadline=None)
@given(BLOCKS, BLOCKS)
def test_no_speedup_is_infinite(parent: list[Block], own: list[Block]) -> None:
    ratio = speedup(parent, own)
    assert 0 < ratio.low <= ratio.high < math.inf


@pytest.mark.parametrize("factor", [2, 1000])
def test_two_launches_that_differ_have_no_absurd_interval(factor: int) -> None:
    blocks = [Block(launch, 0, (time,) * 10, time) for launch, time in enumerate((10**6, factor * 10**6))]
    assert latency(blocks).p50.high <= WIDEST * latency(blocks).p50.centre
