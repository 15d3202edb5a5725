import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.objective import Limits
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, LATENCY
from tests.fakes import World

WORLD = {
    "accuracy": {"fp32": 0.95, "int8-static": 0.9, "prune-magnitude:50": 0.8},
    "ns": {"fp32": 2_000_000, "int8-static": 1_000_000, "prune-magnitude:50": 3_000_000},
}


@pytest.fixture
def evidence(store, measured):
    return load_benchmark_data(store, measured(World(**WORLD), "int8-static", "prune-magnitude:50"))


def test_who_is_worse_in_both_is_dominated(evidence):
    fp32, int8, pruned = (each.membership[LATENCY] for each in analyse(evidence).candidates)
    assert (fp32, int8, pruned) == (Membership.FRONT, Membership.FRONT, Membership.DOMINATED)


def test_every_point_is_compared_on_every_axis(evidence):
    analysis = analyse(evidence)
    for candidate in analysis.candidates:
        assert set(candidate.membership) == set(candidate.probability) == set(analysis.axes)
        assert all(0 <= chance <= 1 for chance in candidate.probability.values())


def test_limits_mark_points_and_change_no_front(evidence):
    free, limited = analyse(evidence), analyse(evidence).under(Limits({LATENCY: 1.5e-3, ACCURACY: 0.85}))
    assert [each.feasible for each in limited.candidates] == [False, True, False]
    assert limited.certain == 1
    assert limited.candidates[0].violates == (LATENCY,)
    assert limited.binding.objective == LATENCY and limited.binding.admits == 1
    assert [each.membership for each in free.candidates] == [each.membership for each in limited.candidates]


def test_a_limit_nobody_breaks_does_not_bind(evidence):
    assert analyse(evidence).under(Limits({LATENCY: 1.0})).binding is None


def test_equal_points_are_not_told_apart_by_noise(store, measured):
    world = World(accuracy={"fp32": 0.9, "int8-static": 0.9}, ns={"fp32": 1_000_000, "int8-static": 1_000_000})
    candidates = analyse(load_benchmark_data(store, measured(world, "int8-static"))).candidates
    assert {each.membership[LATENCY] for each in candidates} <= {Membership.FRONT, Membership.AMBIGUOUS}


def test_a_broken_point_is_out_and_says_why(store, measured):
    analysis = analyse(load_benchmark_data(store, measured(World(accuracy={"int8-dynamic": 0.25}), "int8-dynamic")))
    assert len(analysis.candidates) == 1
    assert analysis.excluded[0].result.failure.kind == "wrong-predictions"


def test_fronts_repeat_for_the_same_benchmark(evidence):
    assert analyse(evidence) == analyse(evidence)
