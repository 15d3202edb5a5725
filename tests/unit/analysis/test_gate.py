"""The gate: clauses decided on comparisons."""

import math
from dataclasses import replace

import pytest

from odviz.analysis.gate import decide, harm, overall
from odviz.domain.comparison import (
    BenchmarkComparison,
    ChangeKind,
    ObjectiveChange,
    PointComparison,
    Unlike,
    Unlikeness,
)
from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.gate import Clause, GateVerdict, Policy, Remedy
from odviz.objectives import ACCURACY, LATENCY
from tests.fakes import point

SLOWER = Clause("latency", 0.1, is_relative=True)
LESS_ACCURATE = Clause("accuracy", 0.02, is_relative=False)
SESSIONS = Unlike(Unlikeness.SESSIONS, "then", "now")


def estimate(value, low, high, unit="s", provenance=Provenance.MEASURED, n=400):
    return Estimate(value, low, high, unit, provenance, n)


def latency(value, low, high, paired=True, provenance=Provenance.MEASURED):
    figure = estimate(1e-3, 0.9e-3, 1.1e-3, provenance=provenance)
    change = estimate(value, low, high, "1", provenance)
    return ObjectiveChange(LATENCY, figure, figure, change, is_ratio=True, paired=paired, kind=ChangeKind.OPEN)


def accuracy(value, half, paired=True):
    figure = estimate(0.9, 0.88, 0.92, "1")
    change = estimate(value, value - half, value + half, "1")
    return ObjectiveChange(ACCURACY, figure, figure, change, is_ratio=False, paired=paired, kind=ChangeKind.OPEN)


def gate(*changes, clauses=(SLOWER,), unlike=(), spent_s=600.0, launches=3):
    pair = PointComparison(point(), point(), changes, {}, launches=launches)
    comparison = BenchmarkComparison("a", "b", unlike, (pair,))
    return decide(Policy("test", clauses), lambda device, target: comparison, spent_s)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (latency(1.0, 0.95, 1.05), GateVerdict.PASS),
        (latency(0.5, 0.4, 0.6), GateVerdict.PASS),
        (latency(1.05, 1.0, 1.12), GateVerdict.INCONCLUSIVE),
        (latency(1.15, 1.09, 1.2), GateVerdict.INCONCLUSIVE),
        (latency(1.3, 1.2, 1.4), GateVerdict.FAIL),
    ],
)
def test_the_interval_of_a_ratio_decides(change, verdict):
    result = gate(change)
    assert result.verdict is verdict and result.decisions[0].worst == pytest.approx(1.1)
    assert (result.decisions[0].settling is None) == (verdict is not GateVerdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (accuracy(0.0, 0.01), GateVerdict.PASS),
        (accuracy(-0.015, 0.01), GateVerdict.INCONCLUSIVE),
        (accuracy(-0.05, 0.01), GateVerdict.FAIL),
    ],
)
def test_where_higher_is_better_a_loss_is_the_harm(change, verdict):
    result = gate(change, clauses=(LESS_ACCURATE,))
    assert result.verdict is verdict and result.decisions[0].worst == pytest.approx(-0.02)


def test_a_margin_is_relative_to_the_figure_before_or_in_its_unit():
    relative = harm(accuracy(0.0, 0.01), Clause("accuracy", 0.1, is_relative=True), 1.0)
    absolute = harm(latency(1.0, 0.9, 1.1), Clause("latency", 1e-4, is_relative=False), 1.0)
    assert relative.margin == pytest.approx(0.09) and absolute.margin == pytest.approx(math.log(1.1))


def test_failing_is_corrected_for_the_number_of_decisions_and_passing_is_not():
    barely = latency(1.2, 1.11, 1.3)
    assert gate(barely).verdict is GateVerdict.FAIL
    assert gate(barely, clauses=(SLOWER,) * 3).verdict is GateVerdict.INCONCLUSIVE
    assert gate(latency(1.0, 0.91, 1.09), clauses=(SLOWER,) * 3).verdict is GateVerdict.PASS


def test_more_launches_need_less_of_a_correction():
    barely = latency(1.2, 1.13, 1.3)
    apart = replace(barely, paired=False)
    clauses = (SLOWER,) * 3
    verdicts = [gate(one, clauses=clauses, launches=3).verdict for one in (barely, apart)]
    assert verdicts == [GateVerdict.INCONCLUSIVE, GateVerdict.FAIL]
    assert gate(barely, clauses=clauses, launches=10).verdict is GateVerdict.FAIL


def test_a_policy_fails_by_one_clause_and_passes_by_all():
    assert overall([GateVerdict.PASS, GateVerdict.INCONCLUSIVE, GateVerdict.FAIL]) is GateVerdict.FAIL
    assert overall([GateVerdict.PASS, GateVerdict.INCONCLUSIVE]) is GateVerdict.INCONCLUSIVE
    assert overall([GateVerdict.PASS, GateVerdict.PASS]) is GateVerdict.PASS


def test_items_that_settle_grow_with_the_square_of_the_half_width():
    (one,) = gate(accuracy(0.0, 0.03), clauses=(LESS_ACCURATE,)).decisions
    assert one.settling.remedy is Remedy.ITEMS and one.settling.present == 400
    assert one.settling.amount == pytest.approx(400 * (0.03 * (1 + 0.8416 / 1.96) / 0.02) ** 2, rel=0.01)
    (wider,) = gate(accuracy(0.0, 0.06), clauses=(LESS_ACCURATE,)).decisions
    assert wider.settling.amount == pytest.approx(4 * one.settling.amount, rel=0.01)


def test_minutes_settle_what_was_timed_in_turns_and_one_benchmark_the_rest():
    change = latency(1.05, 1.0, 1.12)
    (in_turns,) = gate(change).decisions
    assert in_turns.settling.remedy is Remedy.MINUTES and in_turns.settling.present == 10
    assert in_turns.settling.amount > 10
    assert gate(change, spent_s=None).decisions[0].settling.amount is None
    (apart,) = gate(replace(change, paired=False), unlike=(SESSIONS,)).decisions
    assert apart.settling.remedy is Remedy.ONE_BENCHMARK and apart.settling.amount is None


def test_what_else_may_settle_it():
    other_items = gate(accuracy(0.0, 0.03, paired=False), clauses=(LESS_ACCURATE,),
                       unlike=(Unlike(Unlikeness.DATA, "a", "b"),))  # fmt: skip
    assert other_items.decisions[0].settling.remedy is Remedy.SAME_ITEMS
    assert gate(latency(1.05, 0.5, 2.0, provenance=Provenance.PROJECTED)).decisions[0].settling.remedy is Remedy.MEASURE
    assert gate(accuracy(-0.02, 0.01), clauses=(LESS_ACCURATE,)).decisions[0].settling.remedy is Remedy.NONE
    for unknown in ((), (latency(None, 0.0, math.inf),)):
        (one,) = gate(*unknown).decisions
        assert one.verdict is GateVerdict.INCONCLUSIVE and one.settling.remedy is Remedy.NOTHING_KNOWN


def test_times_of_two_machines_neither_pass_nor_fail():
    machines = (Unlike(Unlikeness.MACHINE, "slow", "fast"),)
    for change in (latency(0.5, 0.4, 0.6, paired=False), latency(2.0, 1.8, 2.2, paired=False)):
        (one,) = gate(change, unlike=machines).decisions
        assert one.verdict is GateVerdict.INCONCLUSIVE and one.settling.remedy is Remedy.ONE_BENCHMARK
    assert gate(accuracy(0.0, 0.01), clauses=(LESS_ACCURATE,), unlike=machines).verdict is GateVerdict.PASS


def test_a_counted_figure_that_is_equal_passes_a_margin_of_zero():
    assert gate(latency(1.0, 1.0, 1.0), clauses=(replace(SLOWER, margin=0.0),)).verdict is GateVerdict.PASS
    assert gate(latency(1.01, 1.01, 1.01), clauses=(replace(SLOWER, margin=0.0),)).verdict is GateVerdict.FAIL


def test_chances_of_the_verdicts_follow_the_true_change():
    points = gate(latency(1.0, 0.97, 1.03)).decisions[0].power
    assert points[0].change == 1 and points[-1].change == pytest.approx(1.1**3)
    assert points[0].passes > 0.95 and points[-1].fails > 0.95
    at_margin = min(points, key=lambda one: abs(one.change - 1.1))
    assert at_margin.passes == pytest.approx(0.025, abs=1e-3) and at_margin.fails == pytest.approx(0.025, abs=1e-3)


def test_a_clause_holds_for_the_variants_that_it_names():
    assert gate(latency(1.0, 0.95, 1.05), clauses=(replace(SLOWER, variant="fp32"),)).verdict is GateVerdict.PASS
    with pytest.raises(InputError, match="int4"):
        gate(latency(1.0, 0.95, 1.05), clauses=(replace(SLOWER, variant="int4"),))
