import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odviz.charts.axes import cost_range, log_ticks


@given(st.floats(1e-9, 1e9), st.floats(1, 1e6))
def test_every_axis_has_a_few_ticks_within_its_ends(least, ratio):
    seen = np.array([least, least * ratio])
    first, last = cost_range(seen, seen, seen, None)
    ticks, texts = log_ticks(first, last, "s")
    assert 1 <= len(ticks) == len(texts) <= 6
    assert all(first <= tick <= last for tick in ticks)


@given(st.floats(5e-324, 1e300))
def test_no_limit_however_small_or_large_breaks_an_axis(limit):
    seen = np.array([1e-3, 2e-3])
    first, last = cost_range(seen, seen, seen, limit)
    assert 0 < first < last
    assert log_ticks(first, last, "s")[0]


@pytest.mark.parametrize("alone", [3.1e-3, 1.0, 7e5])
def test_figures_that_are_nearly_the_same_are_told_apart_by_several_ticks(alone):
    seen = np.array([alone])
    assert len(log_ticks(*cost_range(seen, seen, seen, None), "B")[0]) >= 2
