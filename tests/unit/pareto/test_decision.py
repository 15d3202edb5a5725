"""Choosing one option, and what is lost if it is the wrong one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.pareto.decision import MATTERS, Options, beaten, decide

RESAMPLES = 400


def options(goodness, cost, spread=0.0, observed=None, allowed=None, margin=0.01, floor=0.0, order=None, paired=0.0):
    """Options whose costs spread in their logarithm, and whose qualities are known."""
    rng = np.random.default_rng(0)
    goodness, cost = np.asarray(goodness, float), np.asarray(cost, float)
    noise = np.broadcast_to(spread, cost.shape) * rng.standard_normal((RESAMPLES, len(cost)))
    noise = noise + paired * rng.standard_normal((RESAMPLES, 1))
    return Options(
        goodness=np.tile(goodness, (RESAMPLES, 1)),
        cost=cost * np.exp(noise),
        allowed=np.ones((1, len(cost)), bool) if allowed is None else allowed,
        order=np.arange(len(cost)) if order is None else np.asarray(order),
        observed=np.ones(len(cost), bool) if observed is None else np.asarray(observed),
        margin=margin,
        floor=floor,
    )


def choose(goodness, cost, **others):
    given_options = options(goodness, cost, **others)
    return decide(given_options, np.asarray(goodness, float), np.ones(len(cost), bool))


def test_the_cheapest_within_the_margin_is_chosen():
    decision = choose([0.90, 0.895, 0.7], [9.0, 2.0, 1.0])
    assert (decision.chosen, decision.best, decision.right) == (1, 0, 1.0)
    assert (decision.lost_goodness, decision.lost_cost, decision.lost_ratio) == (0.0, 0.0, 1.0)


def test_costs_that_differ_by_less_than_matters_leave_the_choice_to_quality():
    assert choose([0.90, 0.895], [1.09, 1.0]).chosen == 0
    assert choose([0.90, 0.895], [1.12, 1.0]).chosen == 1


def test_costs_below_the_floor_are_equal():
    assert choose([0.90, 0.895], [9.0, 1.0], floor=10.0).chosen == 0
    assert choose([0.90, 0.895], [12.0, 1.0], floor=10.0).chosen == 1


def test_of_equal_options_the_first_in_order_is_chosen():
    assert choose([0.9, 0.899], [1.0, 1.0], order=[1, 0]).chosen == 1
    assert choose([0.9, 0.897], [1.0, 1.0], order=[1, 0]).chosen == 0  # more than a quarter of the margin


def test_costs_that_cannot_be_told_apart_leave_the_choice_to_quality():
    assert choose([0.90, 0.895], [1.05, 1.0], spread=0.5).chosen == 0  # though the other may be much cheaper


def test_noise_that_all_share_cancels():
    alone = choose([0.90, 0.895], [1.3, 1.0], paired=0.5)
    assert alone.chosen == 1 and alone.right == 1.0


def test_what_was_not_observed_goes_first_only_where_it_is_as_cheap_for_certain():
    vague = choose([0.9, 0.9], [1.0, 0.9], spread=[0.0, 0.8], observed=[True, False], order=[1, 0])
    assert vague.chosen == 0
    sure = choose([0.9, 0.9], [1.0, 0.5], spread=[0.0, 0.1], observed=[True, False])
    assert sure.chosen == 1


def test_what_is_lost_grows_with_the_noise():
    losses = [choose([0.9, 0.9], [1.0, 1.15], spread=spread).lost_ratio for spread in (0.0, 0.1, 0.3)]
    assert losses[0] == 1.0 and losses[0] <= losses[1] < losses[2]


def test_an_option_that_is_not_allowed_in_some_replicates_is_not_missed_in_those():
    allowed = np.ones((RESAMPLES, 2), bool)
    allowed[: RESAMPLES // 2, 1] = False
    decision = decide(options([0.8, 0.9], [1.0, 1.0], allowed=allowed), np.array([0.8, 0.9]), np.array([True, False]))
    assert decision.chosen == 0 and decision.lost_goodness == pytest.approx(0.1)
    assert decision.right == pytest.approx(0.5) and decision.shares[1] == pytest.approx(0.5)


@given(st.data(), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_without_noise_the_choice_is_within_the_margin_and_as_cheap_as_any_there(data, count):
    goodness = data.draw(st.lists(st.floats(0.5, 1.0), min_size=count, max_size=count))
    cost = data.draw(st.lists(st.floats(1e-6, 1e3), min_size=count, max_size=count))
    decision = choose(goodness, cost)
    close = [row for row in range(count) if goodness[row] >= max(goodness) - 0.01 - 1e-9]
    assert decision.chosen in close
    assert cost[decision.chosen] <= MATTERS * min(cost[row] for row in close) * (1 + 1e-9)
    assert decision.right == 1.0 and decision.shares[decision.chosen] == 1.0


@pytest.mark.parametrize(
    ("goodness", "cost", "is_beaten"),
    [
        (0.9, 1.2, True),
        (0.9, 1.05, False),  # dearer by less than matters
        (0.905, 3.0, True),  # better in 84 % of the replicates
        (0.92, 3.0, False),  # better in all
    ],
)
def test_an_option_is_beaten_by_a_cheaper_one_that_is_not_worse_for_certain(goodness, cost, is_beaten):
    replicates = options([0.9, goodness], [1.0, cost], spread=0.01)
    noise = 0.005 * np.random.default_rng(1).standard_normal((RESAMPLES, 1)) * [0, 1]
    assert beaten(replicates.goodness + noise, replicates.cost).tolist() == [False, is_beaten]


def test_an_option_that_may_be_as_cheap_is_not_beaten():
    replicates = options([0.9, 0.9], [1.0, 1.5], spread=0.3)
    assert not beaten(replicates.goodness, replicates.cost).any()
