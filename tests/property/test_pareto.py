"""The front is idempotent, does not care about order or units, and equals moocore's."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from odviz.pareto import fronts, non_dominated, sweep, three_state

QUICK = settings(deadline=None, max_examples=60)

# few different values: ties and duplicates are the hard cases
COORDINATES = st.one_of(st.integers(0, 5).map(float), st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)))

# equal in all but the last bits, equal but for the sign of zero, too far apart to be subtracted, infinite
AWKWARD = [0.0, -0.0, 1.0, np.nextafter(1, 2), np.nextafter(1, 0), -1.0, 5e-324, 1.7e308, -1.7e308, np.inf, -np.inf]


def tables(points: tuple[int, int] = (1, 30), objectives: tuple[int, int] = (1, 4)) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(*points), st.integers(*objectives))
    return shapes.flatmap(lambda shape: hnp.arrays(float, shape, elements=COORDINATES))


@QUICK
@given(tables(objectives=(2, 4)))
def test_equals_moocore(table):
    assert (non_dominated(table) == moocore.is_nondominated(table, keep_weakly=True)).all()


@QUICK
@given(tables())
def test_is_idempotent(table):
    assert non_dominated(table[non_dominated(table)]).all()


@QUICK
@given(tables(), st.randoms(use_true_random=False))
def test_does_not_care_about_the_order_of_points_or_objectives(table, random):
    rows, columns = list(range(len(table))), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert (non_dominated(table[rows][:, columns]) == non_dominated(table)[rows]).all()


@QUICK
@given(tables(), st.lists(st.integers(-20, 20), min_size=4, max_size=4))
def test_does_not_care_about_units(table, exponents):
    assert (non_dominated(table * 2.0 ** np.array(exponents[: table.shape[1]])) == non_dominated(table)).all()


@QUICK
@given(tables())
def test_whatever_is_left_out_is_dominated_by_something_on_the_front(table):
    front = non_dominated(table)
    for point in table[~front]:
        rivals = table[front]
        assert ((rivals <= point).all(axis=1) & (rivals < point).any(axis=1)).any()


@QUICK
@given(
    st.tuples(st.integers(2, 6), st.integers(1, 12), st.integers(1, 3)).flatmap(
        lambda shape: hnp.arrays(float, shape, elements=st.integers(0, 4).map(float))
    )
)
def test_many_tables_at_once_equal_one_by_one(replicates):
    assert (fronts(replicates) == [non_dominated(table) for table in replicates]).all()


@QUICK
@given(
    st.tuples(st.integers(2, 9), st.integers(1, 12), st.just(2)).flatmap(
        lambda shape: hnp.arrays(float, shape, elements=st.sampled_from(AWKWARD))
    ),
    st.integers(1, 100),
)
def test_two_objectives_in_many_tables_equal_moocore_whatever_the_values(replicates, cached):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep, "_CACHED", cached)  # in several parts
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
def test_points_that_were_not_observed_change_nothing_for_those_that_were(drawn):
    replicates, observed = drawn
    _, together = three_state(replicates, observed)
    _, alone = three_state(replicates[:, observed], np.ones(observed.sum(), bool))
    assert together[observed] == pytest.approx(alone)
