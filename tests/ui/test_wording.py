"""Wording of analyses, risks and benchmarks."""

from dataclasses import replace

import pytest

from odviz.analysis.recommendation import Verdict
from odviz.domain.estimate import Estimate, EstimateKind, Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.objective import Limits
from odviz.domain.result import Accuracy, Note, NoteKind
from odviz.objectives import ACCURACY, ENERGY, LATENCY
from odviz.report import analysis_text, risk_text
from odviz.services import catalogue
from odviz.ui import benchmark_text, data
from odviz.ui.parts import unmeasured_models
from tests.ui.scripted import as_read
from tests.unit.charts.candidates import analysis_of, candidate

L = LATENCY


def timed_within(result, half, confidence):
    """The same result where launches agree on every median to ± so much."""
    points = tuple(replace(point, latency=replace(point.latency, between_launches=half)) for point in result.points)
    plan = replace(result.plan, effort=replace(result.plan.effort, confidence=confidence))
    return replace(result, plan=plan, points=points)


def test_times_that_are_known_much_less_well_than_asked_say_so(measured):
    result = data.view(measured).result
    assert benchmark_text.imprecise_times(timed_within(result, 0.04, 0.05)) == ""
    assert benchmark_text.imprecise_times(timed_within(result, 0.07, 0.05)) == ""
    said = benchmark_text.imprecise_times(timed_within(result, 0.2, 0.02))
    assert "(± 2 %)" in said and "known to ± 20 % or better between its launches" in said


def test_explore_says_so_and_offers_to_go_on(visit, measured, monkeypatch):
    monkeypatch.setattr(benchmark_text, "imprecise_times", lambda _: "Known less well than asked.")
    app = visit()
    assert "Known less well than asked." in [element.value for element in app.info]
    assert f"resume-{measured}" in [element.key for element in app.button]


def test_going_on_is_not_offered_for_the_times_of_another_machine(visit, measured, monkeypatch):
    monkeypatch.setattr(benchmark_text, "imprecise_times", lambda _: "Known less well than asked.")
    app = visit(device="raspberry-pi-4")
    assert "Known less well than asked." not in [element.value for element in app.info]
    assert f"resume-{measured}" not in [element.key for element in app.button]


def test_a_limit_that_lies_inside_a_range_is_a_risk_and_counted_apart():
    across = candidate(0.9, 1e-3)
    across.estimates[ENERGY] = Estimate(None, 1e-6, 9e-6, "J", Provenance.MODELLED)
    budget = Limits({ENERGY: 5e-6})
    analysis = analysis_of(across, limits=budget)
    assert "**0 of 1 variant**" in analysis_text.limits_summary(
        analysis
    ) and "**1** perhaps" in analysis_text.limits_summary(analysis)
    (risk,) = [risk for risk in risk_text.risks(analysis.candidates[0], budget, ACCURACY) if "may break" in risk.text]
    assert "energy limit of 5.00 µJ" in risk.text and "1.00–9.00 µJ" in risk.text
    assert analysis.verdict is Verdict.PERHAPS


def test_what_misses_a_limit_with_a_range_shows_both_ends():
    beyond = candidate(0.9, 1e-3)
    beyond.estimates[ENERGY] = Estimate(None, 6e-6, 9e-6, "J", Provenance.MODELLED)
    said = analysis_text.near_misses(analysis_of(beyond, limits=Limits({ENERGY: 5e-6})))
    assert "6.0–9.0 µJ, more than 5.00 µJ" in said and said.count("6.0–9.0 µJ") == 2


def test_the_rule_says_what_a_faster_one_costs():
    analysis = analysis_of(candidate(0.9, 9e-3), candidate(0.895, 1e-3), candidate(0.9, 1e-3, without=(L,)))
    said = as_read(analysis_text.reason(analysis.recommendation, analysis))
    assert "known latency" in said and "within 1 point" in said.lower() and "0.5 points better" in said


def test_nothing_said_of_limits_together_where_a_figure_is_not_known():
    untimed = candidate(0.9, 1e-3, without=(L,))
    said = analysis_text.near_misses(analysis_of(untimed, limits=Limits({LATENCY: 1.0, ACCURACY: 0.5})))
    assert "Each limit alone" not in said


def test_few_people_behind_an_accuracy_are_named_as_a_risk():
    share = Estimate(0.86, 0.84, 0.88, "1", Provenance.MEASURED, n=808)
    people = {str(place): replace(share, value=v, low=v, high=v) for place, v in enumerate((0.75, 0.88, 0.96))}
    point = candidate(0.86, 1e-3)
    variant = replace(point.result.point.variant, task="exercise")
    result = replace(
        point.result, point=replace(point.result.point, variant=variant), accuracy=Accuracy(share, groups=people)
    )
    risks = risk_text.risks(replace(point, result=result), Limits(), ACCURACY)
    assert [risk for risk in risks if all(part in risk.text for part in ("3 people", "75.0 %", "96.0 %"))]
    alone = replace(point, result=replace(result, accuracy=Accuracy(share)))
    assert not [risk for risk in risk_text.risks(alone, Limits(), ACCURACY) if "people" in risk.text]


def test_age_bands_stand_for_no_other_ones():
    share = Estimate(0.76, 0.74, 0.78, "1", Provenance.MEASURED, n=2226)
    bands = {name: replace(share, value=v, low=v, high=v) for name, v in (("18 to 24", 0.71), ("45 to 54", 0.78))}
    point = candidate(0.76, 1e-3)
    variant = replace(point.result.point.variant, task="credit-risk")
    result = replace(
        point.result, point=replace(point.result.point, variant=variant), accuracy=Accuracy(share, groups=bands)
    )
    (risk,) = (
        one.text
        for one in risk_text.risks(replace(point, result=result), Limits(), ACCURACY)
        if "age bands" in one.text
    )
    assert "71.0 % (18 to 24)" in risk and "78.0 % (45 to 54)" in risk and "tried on" not in risk


@pytest.mark.parametrize(("task", "metric"), [("credit-risk", ": balanced accuracy 7"), ("exercise", ": accuracy ")])
def test_what_other_models_reached_in_training_is_named_by_the_metric_of_the_task(task, metric):
    first, *others = catalogue.models(task)
    assert metric in unmeasured_models.promise([first], others)


def alone(joules=(1e-6, 9e-6)):
    """A point whose energy is that of computing alone."""
    point = candidate(0.9, 1e-3)
    point.estimates[ENERGY] = Estimate(None, *joules, "J", Provenance.MODELLED, kind=EstimateKind.COMPUTING_ALONE)
    return point


def test_what_computing_alone_takes_keeps_no_limit_for_certain():
    budget = Limits({ENERGY: 1e-3})
    analysis = analysis_of(alone(), limits=budget)
    assert (analysis.certain, analysis.possible) == (0, 1)
    (risk,) = [risk for risk in risk_text.risks(analysis.candidates[0], budget, ACCURACY) if "not known" in risk.text]
    assert "computing alone" in risk.text
    assert analysis_of(alone(), limits=Limits({ENERGY: 1e-7})).possible == 0


def test_what_may_keep_a_limit_that_its_middle_breaks_is_counted():
    analysis = analysis_of(candidate(0.9, 1e-3, half=0.5), limits=Limits({LATENCY: 0.8e-3}))
    assert analysis.certain == 0 and analysis.possible == 1 and analysis.candidates[0].uncertain == (L,)
    assert "**1** perhaps" in analysis_text.limits_summary(analysis)


def failed(point, kind):
    return replace(point, result=replace(point.result, failure=Failure(kind, "Its child process ended.")))


def test_nothing_is_shipped_while_others_were_never_measured():
    best = candidate(0.9, 1e-3)
    crashed = failed(best, FailureKind.CRASH)
    refused = failed(best, FailureKind.UNSUPPORTED)
    whole = analysis_of(best, excluded=(refused,))
    assert whole.verdict is Verdict.SHIP and "not measured" not in analysis_text.limits_summary(whole)
    broken = analysis_of(best, excluded=(crashed, refused))
    assert broken.verdict is Verdict.GOOD_CHOICE
    assert "1 more was not measured" in analysis_text.limits_summary(broken)


def test_nothing_is_shipped_while_the_time_of_as_good_a_one_is_not_known():
    timed, untimed, poor = candidate(0.9, 1e-3), candidate(0.9, 1e-3, without=(L,)), candidate(0.5, 1e-3, without=(L,))
    assert analysis_of(timed, untimed).verdict is Verdict.GOOD_CHOICE
    assert analysis_of(timed, poor).verdict is Verdict.SHIP


def texts(point):
    return [risk.text for risk in risk_text.risks(point, Limits(), ACCURACY)]


def test_a_run_that_ended_badly_is_a_risk_and_not_how_it_was_made():
    point = candidate(0.9, 1e-3)
    compressed, failed = Note(NoteKind.COMPRESSION, "Made well."), Note(NoteKind.RUN_FAILED, "It was killed.")
    hurt = replace(point, result=replace(point.result, notes=(compressed, failed)))
    assert risk_text.notes(hurt) == [compressed.message]
    assert failed.message in texts(hurt)
    host = replace(hurt.host_point, target=replace(hurt.host_point.target, threads=9))
    elsewhere = replace(hurt, host_point=host)
    assert failed.message not in texts(elsewhere)
