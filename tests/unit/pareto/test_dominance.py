from __future__ import annotations

import time

import numpy as np
import pytest

from odviz.pareto import fronts, non_dominated


def test_a_front_worked_by_hand():
    points = np.array([[1, 4], [2, 2], [4, 1], [3, 3], [2, 5]], float)
    assert non_dominated(points).tolist() == [True, True, True, False, False]


def test_equal_points_share_their_fate():
    points = np.array([[1, 2], [1, 2], [2, 3], [2, 3]], float)
    assert non_dominated(points).tolist() == [True, True, False, False]


def test_no_worse_in_one_objective_and_better_in_the_other_dominates():
    assert non_dominated(np.array([[1.0, 2], [1, 3], [2, 2]])).tolist() == [True, False, False]


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_no_points_and_one_point(objectives):
    assert non_dominated(np.zeros((0, objectives))).tolist() == []
    assert non_dominated(np.full((1, objectives), np.inf)).tolist() == [True]


@pytest.mark.parametrize("objectives", [2, 3])
def test_infinity_loses_to_anything_finite(objectives):
    points = np.array([[np.inf] * objectives, [1.0] * objectives, [np.inf] + [0.0] * (objectives - 1)])
    assert non_dominated(points).tolist() == [False, True, True]


@pytest.mark.parametrize("bad", [np.zeros(3), np.array([[1.0, np.nan]])])
def test_what_cannot_be_compared_is_refused(bad):
    with pytest.raises(ValueError, match="without NaN"):
        non_dominated(bad)


@pytest.mark.parametrize("objectives", [1, 2, 3])
@pytest.mark.parametrize("noise", [0.001, 0.1, 10])
def test_many_tables_at_once_equal_one_by_one(objectives, noise):
    rng = np.random.default_rng(0)
    tables = rng.random((1, 40, objectives)) + noise * rng.random((600, 40, objectives))
    tables[..., 0] = np.round(tables[..., 0], 2)  # ties
    assert (fronts(tables) == [non_dominated(table) for table in tables]).all()


@pytest.mark.parametrize("steady", [0, 1])
def test_either_objective_may_be_the_steady_one(steady):
    rng = np.random.default_rng(2)
    tables = rng.random((1, 60, 2)) + rng.random((300, 60, 2)) * np.where(np.arange(2) == steady, 0, 0.5)
    assert (fronts(tables) == [non_dominated(table) for table in tables]).all()


@pytest.mark.parametrize("where", [0, 299])
def test_not_a_number_in_any_table_is_refused(where):
    tables = np.random.default_rng(3).random((300, 900, 2))
    tables[where, 7, 1] = np.nan
    with pytest.raises(ValueError, match="without NaN"):
        fronts(tables)


def test_tables_in_another_memory_order_and_of_whole_numbers():
    tables = np.random.default_rng(4).integers(0, 50, (2, 40, 30))
    expected = fronts(np.ascontiguousarray(np.moveaxis(tables, 0, -1), float))
    assert (fronts(np.moveaxis(tables, 0, -1)) == expected).all()


def test_a_joint_bootstrap_is_faster_than_moocore_one_table_at_a_time():
    """40 variants, 1,000 replicates: about ten times faster when measured alone; here only that it is faster."""
    import moocore

    rng = np.random.default_rng(1)
    base = np.stack([np.exp(rng.uniform(-9, -4, 40)), rng.uniform(-0.95, -0.6, 40)], axis=1)
    tables = base * np.exp(0.01 * rng.standard_normal((1000, 40, 2)))

    def best(work) -> tuple[float, object]:
        taken = []
        for _ in range(7):
            start = time.process_time()
            answer = work()
            taken.append(time.process_time() - start)
        return min(taken), answer

    ours, front = best(lambda: fronts(tables))
    theirs, expected = best(lambda: np.array([moocore.is_nondominated(table, keep_weakly=True) for table in tables]))
    assert (front == expected).all()
    assert ours < theirs
