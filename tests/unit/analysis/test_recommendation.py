from dataclasses import replace

import pytest

from odviz.analysis import recommendation as advising
from odviz.analysis.analysis import Tradeoff, limited
from odviz.analysis.recommendation import recommend
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Budget, Objective
from odviz.domain.result import Membership
from tests.unit.charts.candidates import candidate

L = Objective.LATENCY


def weighed(*candidates, budget=None):
    return limited(Tradeoff(candidates, (), Budget(), None), budget or Budget())


def test_the_fastest_within_the_margin_of_the_best_is_recommended():
    slow, quick, poor = candidate(0.90, 9e-3), candidate(0.895, 2e-3), candidate(0.7, 1e-3)
    advice = recommend(weighed(slow, quick, poor))
    assert advice.candidate.figures == quick.figures and advice.best.figures == slow.figures
    assert advice.sure


def test_the_margin_is_a_persons_to_choose():
    slow, quick = candidate(0.90, 9e-3), candidate(0.895, 2e-3)
    assert recommend(weighed(slow, quick), margin=0.001).candidate.figures == slow.figures


def test_only_what_keeps_the_limits_is_recommended():
    best, quick = candidate(0.95, 9e-3), candidate(0.7, 1e-3)
    assert recommend(weighed(best, quick, budget=Budget(deadline_s=2e-3))).candidate.figures == quick.figures
    assert recommend(weighed(best, quick, budget=Budget(deadline_s=1e-6))) is None


def test_what_cannot_be_told_from_it_is_named():
    one, other = candidate(0.9, 1.00e-3, half=0.1), candidate(0.9, 1.05e-3, half=0.1)
    advice = recommend(weighed(one, other))
    assert [each.figures for each in advice.rivals] == [other.figures] and not advice.sure


def test_an_ambiguous_point_is_not_sure():
    assert not recommend(weighed(candidate(0.9, 1e-3, Membership.AMBIGUOUS))).sure


def test_nothing_to_recommend():
    assert recommend(weighed()) is None
    assert recommend(weighed(candidate(0.9, 1e-3, without=advising.COSTS))) is None


def test_where_no_time_is_known_the_least_memory_takes_its_place():
    large, small = (candidate(0.9, need, without=(Objective.LATENCY,)) for need in (2e-3, 1e-3))
    advice = recommend(weighed(large, small))
    assert advice.candidate.figures == small.figures and advice.cost is Objective.MEMORY


def test_memory_does_not_take_the_place_of_a_time_that_breaks_the_deadline():
    timed, untimed = candidate(0.9, 9e-3), candidate(0.9, 1e-3, without=(Objective.LATENCY,))
    assert recommend(weighed(timed, untimed, budget=Budget(size_bytes=10))) is None


def test_what_does_not_fit_is_not_recommended():
    best, other = replace(candidate(0.95, 1e-3), fit=Fit.DOES_NOT_FIT), candidate(0.9, 2e-3)
    tradeoff = weighed(best, other)
    assert (tradeoff.satisfying, tradeoff.unfit) == (1, 1)
    assert recommend(tradeoff).candidate.figures == other.figures


def test_the_nearest_miss_breaks_fewest_limits_by_the_smallest_factor():
    slow, both, slower = candidate(0.95, 3e-3), candidate(0.85, 2.1e-3), candidate(0.96, 4e-3)
    tradeoff = weighed(slow, both, slower, budget=Budget(deadline_s=2e-3, accuracy_floor=0.9))
    assert tradeoff.nearest.figures == slow.figures
    best = tradeoff.reach
    assert best == {Objective.ACCURACY: slower.figures[Objective.ACCURACY], Objective.LATENCY: both.figures[L]}


def test_what_does_not_fit_or_is_not_known_comes_near_nothing():
    unfit = replace(candidate(0.95, 3e-3), fit=Fit.DOES_NOT_FIT)
    untimed = candidate(0.9, 1e-3, without=(Objective.LATENCY,))
    assert weighed(unfit, untimed, budget=Budget(deadline_s=1e-3)).nearest is None


def test_limits_can_be_changed_without_weighing_again():
    tradeoff = weighed(candidate(0.95, 9e-3), candidate(0.7, 1e-3))
    tight = limited(tradeoff, Budget(deadline_s=2e-3))
    assert (tradeoff.satisfying, tight.satisfying) == (2, 1)
    assert tight.binding.objective is Objective.LATENCY
    assert limited(tight, Budget()) == tradeoff
    assert tight.candidates[0].violates == (Objective.LATENCY,)
    assert tight.candidates[0].probability == pytest.approx(tradeoff.candidates[0].probability)


def test_what_does_not_fit_does_not_keep_the_others_from_being_recommended():
    unfit = replace(candidate(0.9, 1e-3), fit=Fit.DOES_NOT_FIT)
    untimed = candidate(0.8, 2e-3, without=(Objective.LATENCY,))
    advice = recommend(weighed(unfit, untimed))
    assert advice.candidate.figures == untimed.figures and advice.cost is Objective.MEMORY


def test_a_mere_range_breaks_a_limit_only_when_it_lies_beyond_it():
    within, across, beyond = candidate(0.9, 1e-3), candidate(0.8, 2e-3), candidate(0.7, 3e-3)
    energies = ((1e-6, 2e-6), (1e-6, 9e-6), (6e-6, 9e-6))
    for each, (low, high) in zip((within, across, beyond), energies, strict=True):
        each.figures[Objective.ENERGY] = Estimate(None, low, high, "J", Provenance.MODELLED)
    tradeoff = weighed(within, across, beyond, budget=Budget(energy_j=5e-6))
    assert [each.violates for each in tradeoff.candidates] == [(), (), (Objective.ENERGY,)]
    assert [each.unsure for each in tradeoff.candidates] == [(), (Objective.ENERGY,), ()]
    assert (tradeoff.satisfying, tradeoff.unsure) == (2, 1)
    assert tradeoff.reach[Objective.ENERGY].low == 1e-6


def test_a_limit_inside_an_interval_is_kept_perhaps():
    tradeoff = weighed(candidate(0.9, 1e-3, half=0.5), budget=Budget(deadline_s=1.2e-3, accuracy_floor=0.895))
    assert tradeoff.candidates[0].feasible
    assert tradeoff.candidates[0].unsure == (Objective.ACCURACY, Objective.LATENCY)
    assert limited(tradeoff, Budget()).candidates[0].unsure == ()


def projected(accuracy, low, centre, high):
    figure = Estimate(centre, low, high, "s", Provenance.PROJECTED, n=20, level=0.9)
    each = candidate(accuracy, centre)
    return replace(each, figures={**each.figures, L: figure})


def test_a_projection_goes_before_what_was_observed_only_where_all_of_it_is_faster():
    seen, guess = candidate(0.9, 10.0e-3), projected(0.9, 2e-3, 9.9e-3, 50e-3)
    advice = recommend(weighed(seen, guess))
    assert advice.candidate.figures == seen.figures and advice.rivals[0].figures == guess.figures
    faster = projected(0.9, 1e-3, 2e-3, 4e-3)
    assert recommend(weighed(seen, guess, faster)).candidate.figures == faster.figures
    assert recommend(weighed(guess)).candidate.figures == guess.figures
