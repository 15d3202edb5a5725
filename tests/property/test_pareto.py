"""The front equals moocore's, is idempotent, and is invariant to order and units."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from odviz.pareto import dominance
from odviz.pareto.dominance import fronts, non_dominated
from odviz.pareto.membership import three_state

QUICK = settings(deadline=None, max_examples=60)

# few distinct values, because ties and duplicates are the hard cases
COORDINATES = st.one_of(st.integers(0, 5).map(float), st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)))

# equal except for the last bits or the sign of zero, differences that overflow, infinities
AWKWARD = [0.0, -0.0, 1.0, np.nextafter(1, 2), np.nextafter(1, 0), -1.0, 5e-324, 1.7e308, -1.7e308, np.inf, -np.inf]


TABLES = st.integers(1, 30).flatmap(lambda points: hnp.arrays(float, (points, 2), elements=COORDINATES))


@QUICK
@given(TABLES)
def test_equals_moocore(table):
    assert (non_dominated(table) == moocore.is_nondominated(table, keep_weakly=True)).all()


@QUICK
@given(TABLES)
def test_is_idempotent(table):
    assert non_dominated(table[non_dominated(table)]).all()


@QUICK
@given(TABLES, st.randoms(use_true_random=False))
def test_is_invariant_to_the_order_of_points_and_objectives(table, random):
    rows, columns = list(range(len(table))), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert (non_dominated(table[rows][:, columns]) == non_dominated(table)[rows]).all()


@QUICK
@given(TABLES, st.lists(st.integers(-20, 20), min_size=2, max_size=2))
def test_is_invariant_to_units(table, exponents):
    assert (non_dominated(table * 2.0 ** np.array(exponents)) == non_dominated(table)).all()


@QUICK
@given(TABLES)
def test_every_dominated_point_is_dominated_by_a_front_point(table):
    front = non_dominated(table)
    for point in table[~front]:
        rivals = table[front]
        assert ((rivals <= point).all(axis=1) & (rivals < point).any(axis=1)).any()


@QUICK
@given(
    st.tuples(st.integers(2, 6), st.integers(1, 12), st.just(2)).flatmap(
        lambda shape: hnp.arrays(float, shape, elements=st.integers(0, 4).map(float))
    )
)
def test_fronts_equal_non_dominated_of_each_replicate(replicates):
    assert (fronts(replicates) == [non_dominated(table) for table in replicates]).all()


@QUICK
@given(
    st.tuples(st.integers(2, 9), st.integers(1, 12), st.just(2)).flatmap(
        lambda shape: hnp.arrays(float, shape, elements=st.sampled_from(AWKWARD))
    ),
    st.integers(1, 100),
)
def test_fronts_of_two_objectives_equal_moocore_for_awkward_values(replicates, block):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dominance, "_BLOCK", block)  # several blocks
        together = fronts(replicates)
    assert (together == [moocore.is_nondominated(table, keep_weakly=True) for table in replicates]).all()


@QUICK
@given(
    st.tuples(st.integers(1, 5), st.integers(1, 10)).flatmap(
        lambda shape: st.tuples(
            hnp.arrays(float, (*shape, 2), elements=st.integers(0, 4).map(float)), hnp.arrays(bool, shape[1])
        )
    )
)
def test_unobserved_points_do_not_change_the_memberships_of_observed_ones(sample):
    replicates, observed = sample
    _, together = three_state(replicates, observed)
    _, alone = three_state(replicates[:, observed], np.ones(observed.sum(), bool))
    assert together[observed] == pytest.approx(alone)
