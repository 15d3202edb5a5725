from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.attack import attacked_variants
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.load import loaded_variants
from odviz.analysis.poison import poison_curves
from odviz.analysis.stress import Stability, UnderStress, best_membership, under_stress
from odviz.analysis.sustained import sustained
from odviz.domain.poison import Poison
from odviz.objectives import LATENCY, OBJECTIVES, default_limits
from odviz.objectives.loaded_latency import RATES, Condition
from odviz.report import stress_text
from odviz.stats.slowing import Slowed
from tests import stress_data
from tests.stress_data import FP32, INT8, ITEMS, SIZE


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> BenchmarkData:
    folder: Path = tmp_path_factory.mktemp("stress")
    return stress_data.tried(folder)


def test_an_attack_is_compared_on_the_same_items_with_the_parent(data: BenchmarkData) -> None:
    parent, variant = attacked_variants(data, data.points)
    assert (parent.point, variant.point) == (FP32, INT8)
    assert parent.attacked.value == 0.5 and parent.clean.n == ITEMS and parent.difference is None
    assert variant.difference is not None and variant.difference.value == pytest.approx(-0.3)
    assert variant.difference.high < 0


def test_the_median_of_queries_counts_items_that_stay_right_as_more_than_the_budget(data: BenchmarkData) -> None:
    parent, variant = attacked_variants(data, data.points)
    assert parent.queries is None  # half of the items stay right
    assert variant.queries is not None
    # of 100 items, 20 stay right, and the others need 40 to 119 queries
    assert variant.queries.value == pytest.approx(90, abs=1) and variant.queries.low < 85


def test_bad_items_break_a_variant_where_all_further_ones_do(data: BenchmarkData) -> None:
    curves = {curve.poison: curve for curve in poison_curves(data, data.points)}
    assert {curve.point for curve in curves.values()} == {INT8} and list(curves) == list(Poison)
    assert (curves[Poison.OUTLIER].breaks_at, curves[Poison.OUTLIER].noticed_at) == (1, 1)
    assert (curves[Poison.SCALE].breaks_at, curves[Poison.SCALE].noticed_at) == (1, None)
    assert (curves[Poison.FOREIGN].breaks_at, curves[Poison.FOREIGN].noticed_at) == (None, None)
    assert curves[Poison.SCALE].sets[-1].value is None and curves[Poison.SCALE].size == SIZE


def test_load_has_a_row_for_each_rate_and_condition(data: BenchmarkData) -> None:
    rows = [row for row in loaded_variants(data, data.points, deadline_s=1e-3) if row.point == FP32]
    assert [(row.rate, row.condition) for row in rows] == [(rate, kind) for rate in RATES for kind in Condition]
    quiet, busy = rows[:2]
    assert quiet.misses.value == pytest.approx(np.exp(-1), abs=0.05)
    assert busy.misses.low > quiet.misses.high
    assert busy.responses.percentiles["p90"].value == pytest.approx(5e-3 * np.log(10), rel=0.15)


@pytest.mark.parametrize(
    ("rise", "machine", "cause"),
    [(0.0, 0.0, Slowed.NOTHING), (0.3, 0.0, Slowed.NETWORK), (0.3, 0.35, Slowed.MACHINE)],
)
def test_what_became_slower(data: BenchmarkData, rise: float, machine: float, cause: Slowed) -> None:
    outcome = {"sustained": stress_data.sustained(1e-3, rise, machine)}
    lasting = sustained(stress_data.with_stress(data, {FP32: outcome}), data.points)
    (variant,) = lasting.variants
    assert variant.slowing.cause is cause and variant.minutes == pytest.approx(2)
    if rise:
        assert variant.slowing.factor.low <= np.exp(rise) <= variant.slowing.factor.high


def test_a_variant_that_throttles_changes_places(data: BenchmarkData) -> None:
    throttled = {"sustained": stress_data.sustained(1e-3, 0.6, 0.5)}
    steady = {"sustained": stress_data.sustained(1.3e-3)}
    lasting = sustained(stress_data.with_stress(data, {FP32: throttled, INT8: steady}), data.points)
    (swap,) = lasting.swaps
    assert (swap.first, swap.second) == (FP32, INT8)


def test_each_test_gives_its_objective_to_the_fronts(data: BenchmarkData) -> None:
    analysis = analyse(data)
    for name, better in (("attacked_accuracy", FP32), ("loaded_latency", INT8), ("sustained_latency", INT8)):
        objective = analysis.own(OBJECTIVES[name].objective)
        values = {one.host_point: one.estimates[objective].centre for one in analysis.candidates}
        assert len(values) == 2
        assert min(values, key=lambda point: objective.sign * values[point]) == better
        replicates = analysis.draw(objective, [0, 1])
        assert replicates.shape[1] == 2 and np.isfinite(replicates).all()


def answers(data: BenchmarkData) -> dict[str, UnderStress]:
    analysis = analyse(data)
    usual = analysis.under(default_limits(analysis.objectives))
    return {answer.test: answer for answer in under_stress(usual)}


def test_every_stress_has_its_answer_in_the_place_of_accuracy_or_latency(data: BenchmarkData) -> None:
    known = answers(data)
    assert list(known) == ["load", "attack", "sustained", "poison"]
    assert {test for test, answer in known.items() if answer.is_quality} == {"attack", "poison"}
    for answer in known.values():
        assert all(best_membership(one) for one in answer.stressed.candidates) and not answer.untried
        assert all(answer.objective in one.estimates for one in answer.stressed.candidates)
    loaded = known["load"].stressed
    for candidate in loaded.candidates:
        assert candidate.estimates[LATENCY] == candidate.estimates[known["load"].objective]


def test_the_recommended_variant_is_replaced_if_it_is_slow_under_load_alone(data: BenchmarkData) -> None:
    usual = answers(data)["load"]
    own = usual.recommended[0].result.point
    other = next(point for point in (FP32, INT8) if point != own)
    slow = {
        point: outcome | {"load": stress_data.outcomes(0.5, 1.0 if point == own else 1e-3)["load"]}
        for point, outcome in data.stress.items()
    }
    answer = answers(stress_data.with_stress(data, slow))["load"]
    assert (usual.change, answer.change) == (Stability.STAYS, Stability.CHANGES)
    assert [one.result.point for one in answer.recommended] == [own, other]
    assert answer.gain.unit == "×" and answer.gain.low > 50
    assert own not in {one.result.point for one in answer.stressed.fronts[LATENCY]}
    assert stress_text.worst_change((usual, answer)) is Stability.CHANGES
    assert str(other) in stress_text.overall((usual, answer), str)


def test_bad_calibration_items_count_in_the_mean_over_the_files_that_came_of_them(data: BenchmarkData) -> None:
    answer = answers(data)["poison"]
    values = {one.result.point: one.estimates[answer.objective].value for one in answer.stressed.candidates}
    # outliers thrice 20 %, another unit twice 30 % and once no file, foreign items thrice 90 %
    assert values[INT8] == pytest.approx((3 * 0.2 + 2 * 0.3 + 3 * 0.9) / 8)
    scores = data.predictions[FP32].scores[:ITEMS]
    assert values[FP32] == pytest.approx(scores.mean())


def test_the_headline_names_the_worst_and_the_tables_have_every_stress(data: BenchmarkData) -> None:
    known = tuple(answers(data).values())
    assert stress_text.worst_change(known) is max((one.change for one in known), key=list(Stability).index)
    assert "of 4 stresses" in stress_text.overall(known, str) or "all 4 stresses" in stress_text.overall(known, str)
    headings, rows = stress_text.rows_of_answers(known, str)
    assert len(rows) == 4 and all(len(row) == len(headings) for row in rows)
    headings, rows = stress_text.rows_of_fronts(known, str)
    assert len(rows) == 2 and len(headings) == 6 and all(len(row) == 6 for row in rows)
