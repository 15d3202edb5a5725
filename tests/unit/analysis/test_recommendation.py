from dataclasses import replace

import pytest

from odviz.analysis import recommendation as advising
from odviz.analysis.analysis import Analysis
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limits
from odviz.domain.result import Membership
from odviz.metrics import METRICS
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE, objectives_of
from odviz.objectives.groups import NO_GROUPS
from tests.unit.charts.candidates import analysis_of, candidate


def test_the_fastest_within_the_margin_of_the_best_is_recommended():
    slow, quick, poor = candidate(0.90, 9e-3), candidate(0.895, 2e-3), candidate(0.7, 1e-3)
    advice = analysis_of(slow, quick, poor).recommendation
    assert advice.candidate.estimates == quick.estimates and advice.most_accurate.estimates == slow.estimates
    assert advice.sure


def test_the_margin_is_a_persons_to_choose():
    slow, quick = candidate(0.90, 9e-3), candidate(0.895, 2e-3)
    assert analysis_of(slow, quick, margin=0.001).recommendation.candidate.estimates == slow.estimates


def test_the_margin_of_a_metric_that_is_no_share_is_relative_to_the_best_value():
    slow, quick, poor = candidate(20.0, 9e-3), candidate(20.15, 2e-3), candidate(20.5, 1e-3)
    analysis = Analysis(objectives_of(METRICS["rmse"], NO_GROUPS), (slow, quick, poor))
    choice = analysis.recommendation
    assert choice.candidate.estimates == quick.estimates and choice.most_accurate.estimates == slow.estimates
    assert choice.margin == pytest.approx(0.2)
    assert analysis.under(Limits(), 0.03).recommendation.candidate.estimates == poor.estimates


def test_only_what_keeps_the_limits_is_recommended():
    best, quick = candidate(0.95, 9e-3), candidate(0.7, 1e-3)
    assert (
        analysis_of(best, quick, limits=Limits({LATENCY: 2e-3})).recommendation.candidate.estimates == quick.estimates
    )
    assert analysis_of(best, quick, limits=Limits({LATENCY: 1e-6})).recommendation is None


def test_what_cannot_be_told_from_it_is_named():
    one, other = candidate(0.9, 1.00e-3, half=0.1), candidate(0.9, 1.05e-3, half=0.1)
    advice = analysis_of(one, other).recommendation
    assert [each.estimates for each in advice.rivals] == [other.estimates] and not advice.sure


def test_an_ambiguous_point_is_not_sure():
    assert not analysis_of(candidate(0.9, 1e-3, Membership.AMBIGUOUS)).recommendation.sure


def test_nothing_to_recommend():
    assert analysis_of().recommendation is None
    assert analysis_of(candidate(0.9, 1e-3, without=advising.COSTS)).recommendation is None


def test_where_no_time_is_known_the_least_memory_takes_its_place():
    large, small = (candidate(0.9, need, without=(LATENCY,)) for need in (2e-3, 1e-3))
    advice = analysis_of(large, small).recommendation
    assert advice.candidate.estimates == small.estimates and advice.cost == MEMORY


def test_memory_does_not_take_the_place_of_a_time_that_breaks_the_deadline():
    timed, untimed = candidate(0.9, 9e-3), candidate(0.9, 1e-3, without=(LATENCY,))
    assert analysis_of(timed, untimed, limits=Limits({SIZE: 10})).recommendation is None


def test_what_does_not_fit_is_not_recommended():
    best, other = replace(candidate(0.95, 1e-3), fit=Fit.DOES_NOT_FIT), candidate(0.9, 2e-3)
    analysis = analysis_of(best, other)
    assert (analysis.satisfying, analysis.not_fitting) == (1, 1)
    assert analysis.recommendation.candidate.estimates == other.estimates


def test_the_nearest_miss_breaks_fewest_limits_by_the_smallest_factor():
    slow, both, slower = candidate(0.95, 3e-3), candidate(0.85, 2.1e-3), candidate(0.96, 4e-3)
    analysis = analysis_of(slow, both, slower, limits=Limits({LATENCY: 2e-3, ACCURACY: 0.9}))
    assert analysis.nearest_miss.estimates == slow.estimates
    best = analysis.best_reached
    assert best == {ACCURACY: slower.estimates[ACCURACY], LATENCY: both.estimates[LATENCY]}


def test_what_does_not_fit_or_is_not_known_comes_near_nothing():
    unfit = replace(candidate(0.95, 3e-3), fit=Fit.DOES_NOT_FIT)
    untimed = candidate(0.9, 1e-3, without=(LATENCY,))
    assert analysis_of(unfit, untimed, limits=Limits({LATENCY: 1e-3})).nearest_miss is None


def test_limits_can_be_changed_without_another_analysis():
    analysis = analysis_of(candidate(0.95, 9e-3), candidate(0.7, 1e-3))
    tight = analysis.under(Limits({LATENCY: 2e-3}))
    assert (analysis.satisfying, tight.satisfying) == (2, 1)
    assert tight.binding.objective == LATENCY
    assert tight.under(Limits()) == analysis
    assert tight.candidates[0].violates == (LATENCY,)
    assert tight.candidates[0].probability == pytest.approx(analysis.candidates[0].probability)


def test_what_does_not_fit_does_not_keep_the_others_from_being_recommended():
    unfit = replace(candidate(0.9, 1e-3), fit=Fit.DOES_NOT_FIT)
    untimed = candidate(0.8, 2e-3, without=(LATENCY,))
    advice = analysis_of(unfit, untimed).recommendation
    assert advice.candidate.estimates == untimed.estimates and advice.cost == MEMORY


def test_a_mere_range_breaks_a_limit_only_when_it_lies_beyond_it():
    within, across, beyond = candidate(0.9, 1e-3), candidate(0.8, 2e-3), candidate(0.7, 3e-3)
    energies = ((1e-6, 2e-6), (1e-6, 9e-6), (6e-6, 9e-6))
    for each, (low, high) in zip((within, across, beyond), energies, strict=True):
        each.estimates[ENERGY] = Estimate(None, low, high, "J", Provenance.MODELLED)
    analysis = analysis_of(within, across, beyond, limits=Limits({ENERGY: 5e-6}))
    assert [each.violates for each in analysis.candidates] == [(), (), (ENERGY,)]
    assert [each.uncertain for each in analysis.candidates] == [(), (ENERGY,), ()]
    assert (analysis.satisfying, analysis.certain, analysis.possible) == (2, 1, 1)
    assert analysis.best_reached[ENERGY].low == 1e-6


def test_a_limit_inside_an_interval_is_kept_perhaps():
    analysis = analysis_of(candidate(0.9, 1e-3, half=0.5), limits=Limits({LATENCY: 1.2e-3, ACCURACY: 0.895}))
    assert analysis.candidates[0].feasible
    assert analysis.candidates[0].uncertain == (ACCURACY, LATENCY)
    assert analysis.under(Limits()).candidates[0].uncertain == ()


def projected(accuracy, low, centre, high):
    figure = Estimate(centre, low, high, "s", Provenance.PROJECTED, n=20, level=0.9)
    each = candidate(accuracy, centre)
    return replace(each, estimates={**each.estimates, LATENCY: figure})


def test_a_projection_goes_before_what_was_observed_only_where_all_of_it_is_faster():
    seen, guess = candidate(0.9, 10.0e-3), projected(0.9, 2e-3, 9.9e-3, 50e-3)
    advice = analysis_of(seen, guess).recommendation
    assert advice.candidate.estimates == seen.estimates and advice.rivals[0].estimates == guess.estimates
    faster = projected(0.9, 1e-3, 2e-3, 4e-3)
    assert analysis_of(seen, guess, faster).recommendation.candidate.estimates == faster.estimates
    assert analysis_of(guess).recommendation.candidate.estimates == guess.estimates
