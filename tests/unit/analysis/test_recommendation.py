from dataclasses import replace

import pytest

from odviz.analysis import recommendation as advising
from odviz.analysis.analysis import Analysis
from odviz.analysis.recommendation import NextStep, Verdict
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limits
from odviz.domain.recipe import parse_recipe
from odviz.metrics import METRICS
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE, objectives_of
from odviz.objectives.groups import NO_GROUPS
from tests.unit.charts.candidates import analysis_of, candidate, draws


def test_the_fastest_within_the_margin_of_the_best_is_recommended():
    slow, quick, poor = candidate(0.90, 9e-3), candidate(0.895, 2e-3), candidate(0.7, 1e-3)
    advice = analysis_of(slow, quick, poor).recommendation
    assert advice.candidate.estimates == quick.estimates and advice.most_accurate.estimates == slow.estimates
    assert advice.verdict is Verdict.SHIP


def test_the_margin_is_a_persons_to_choose():
    slow, quick = candidate(0.90, 9e-3), candidate(0.895, 2e-3)
    assert analysis_of(slow, quick, margin=0.001).recommendation.candidate.estimates == slow.estimates


def test_the_margin_of_a_metric_that_is_no_share_is_relative_to_the_best_value():
    slow, quick, poor = candidate(20.0, 9e-3), candidate(20.15, 2e-3), candidate(20.5, 1e-3)
    analysis = Analysis(objectives_of(METRICS["rmse"], NO_GROUPS), (slow, quick, poor), draws((slow, quick, poor)))
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


def test_what_may_be_the_better_choice_is_named():
    one, other = candidate(0.9, 1.0e-3, half=0.2), candidate(0.9, 1.1e-3, half=0.2)
    advice = analysis_of(one, other).recommendation
    assert [rival.estimates for rival in advice.rivals] == [other.estimates]
    assert advice.verdict is Verdict.GOOD_CHOICE and advice.next_step is NextStep.MEASURE_LONGER
    assert advice.regret.quality == 0 and 1.1 < advice.regret.ratio < 1.5
    assert 0 < advice.regret.cost < 0.4e-3


def test_of_equally_fast_variants_the_more_accurate_is_recommended():
    quick, better = candidate(0.90, 1.00e-3, half=0.1), candidate(0.905, 1.05e-3, half=0.1)
    assert analysis_of(quick, better).recommendation.candidate.estimates == better.estimates


def test_of_equally_fast_and_accurate_variants_the_smaller_is_recommended_then_the_simpler():
    large, small = candidate(0.900, 1.00e-3), candidate(0.899, 1.05e-3)
    small.estimates[SIZE] = Estimate(500.0, 500.0, 500.0, "B", Provenance.MEASURED, 1, 1.0)
    assert analysis_of(large, small).recommendation.candidate.estimates == small.estimates
    pruned = replace(large, result=replace(large.result, point=with_recipe(large.result.point, "prune-magnitude:50")))
    assert analysis_of(pruned, large).recommendation.candidate.result.point.variant.recipe.steps == ()


def with_recipe(point, recipe):
    return replace(point, variant=replace(point.variant, recipe=parse_recipe(recipe)))


def test_far_below_the_deadline_nobody_gives_accuracy_away_for_time():
    slow, quick = candidate(0.90, 9e-3), candidate(0.895, 2e-3)
    assert analysis_of(slow, quick, limits=Limits({LATENCY: 0.1})).recommendation.candidate.estimates == slow.estimates
    near = analysis_of(slow, quick, limits=Limits({LATENCY: 10e-3})).recommendation
    assert near.candidate.estimates == quick.estimates


def test_far_below_the_deadline_only_a_more_accurate_variant_of_unknown_time_may_be_better():
    limits = Limits({LATENCY: 0.1})
    timed, same = candidate(0.9, 1e-3), candidate(0.9, 1e-3, without=(LATENCY,))
    assert analysis_of(timed, same, limits=limits).verdict is Verdict.SHIP
    better = candidate(0.907, 1e-3, without=(LATENCY,))
    choice = analysis_of(timed, better, limits=limits).recommendation
    assert (choice.verdict, choice.unknown) == (Verdict.GOOD_CHOICE, 1)


def test_what_satisfies_the_limits_in_too_few_replicates_is_perhaps():
    borderline, sure = candidate(0.95, 9.5e-3, half=0.1), candidate(0.8, 1e-3)
    limits = Limits({LATENCY: 10e-3})
    alone = analysis_of(borderline, limits=limits)
    assert alone.candidates[0].feasible and 0.7 < alone.candidates[0].chance < 0.95
    assert alone.verdict is Verdict.PERHAPS and (alone.certain, alone.possible) == (0, 1)
    both = analysis_of(borderline, sure, limits=limits)
    assert both.recommendation.candidate.estimates == sure.estimates
    assert both.verdict is Verdict.GOOD_CHOICE and both.recommendation.regret.quality == pytest.approx(0.15)


def test_counts_of_certain_possible_and_violating_variants_add_up():
    timed = [candidate(0.9, seconds, half=0.1) for seconds in (1e-3, 9.5e-3, 10.5e-3, 30e-3)]
    analysis = analysis_of(*timed, limits=Limits({LATENCY: 10e-3}))
    violating = sum(one.chance <= 0.05 for one in analysis.candidates)
    assert (analysis.certain, analysis.possible, violating) == (1, 2, 1)


def test_without_a_time_the_verdict_says_so():
    untimed = candidate(0.9, 1e-3, without=(LATENCY,))
    for limits in (Limits(), Limits({LATENCY: 0.1})):
        analysis = analysis_of(untimed, limits=limits)
        assert (
            analysis.verdict is Verdict.UNKNOWN_TIME and analysis.recommendation.next_step is NextStep.MEASURE_ON_DEVICE
        )


def test_a_deadline_inside_an_interval_does_not_matter_beside_times_that_are_unknown():
    timed, better = candidate(0.8, 8.5e-3, half=0.2), candidate(0.95, 1e-3, without=(LATENCY,))
    analysis = analysis_of(timed, better, limits=Limits({LATENCY: 10e-3}))
    assert analysis.candidates[0].uncertain == (LATENCY,) and analysis.candidates[0].chance >= 0.95
    assert analysis.recommendation.candidate.estimates == better.estimates


def test_one_with_a_time_does_not_win_over_more_accurate_ones_without():
    timed, better = candidate(0.8, 1e-3), candidate(0.95, 1e-3, without=(LATENCY,))
    analysis = analysis_of(timed, better)
    assert analysis.verdict is Verdict.UNKNOWN_TIME and analysis.recommendation.candidate.estimates == better.estimates
    assert analysis.recommendation.timed.estimates == timed.estimates
    near = analysis_of(candidate(0.945, 1e-3), better)
    assert near.verdict is Verdict.GOOD_CHOICE and near.recommendation.unknown == 1


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
    assert (analysis.certain, analysis.not_fitting) == (1, 1)
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
    assert (analysis.certain, tight.certain) == (2, 1)
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
    assert (analysis.certain, analysis.possible) == (1, 1)
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
