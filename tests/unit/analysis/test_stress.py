"""The answer under stress: a variant that breaks is found, equal ones change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis.analysis import Analysis, analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.stress import Stability, UnderStress, severity_curves, under_stress
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.target import OperatingPoint
from odviz.execution.executor import execute
from odviz.objectives import LATENCY, default_limits
from odviz.report import stress_text
from odviz.report.documents import document
from odviz.report.tables import as_csv
from odviz.serialization import to_json
from odviz.store import open_store
from tests.fakes import EFFORT, TOY, World, point

INT8, FAST = "int8-static", {"fp32": 60_000_000, "int8-static": 12_000_000}


def benchmarked(tmp_path, **world: object) -> BenchmarkData:
    plan = BenchmarkPlan(
        "toy", ("net",), (parse_recipe(INT8),), ("onnxruntime",), effort=EFFORT, stress=("corruptions",)
    )
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as store:
        benchmark = store.create_benchmark(plan, [point(), point(INT8)])
        execute(store, benchmark, TOY, lambda _: None, make_child=World(ns=FAST, **world).child)
        return load_benchmark_data(store, benchmark)


def stressed(data: BenchmarkData) -> UnderStress:
    analysis = analyse(data)
    (answer,) = under_stress(analysis.under(default_limits(analysis.objectives)))
    return answer


def on_latency_alone(analysis: Analysis) -> Analysis:
    """The analysis with one front: the memory of both variants is the same, so that the front of that is ambiguous."""
    candidates = [replace(one, membership={LATENCY: one.membership[LATENCY]}) for one in analysis.candidates]
    return replace(analysis, unmarked=tuple(candidates), origin=None)


def label(point: OperatingPoint) -> str:
    return str(point.variant.recipe)


@pytest.fixture(scope="module")
def fragile(tmp_path_factory) -> BenchmarkData:
    """The fast variant is as accurate as the other until its items are disturbed."""
    return benchmarked(tmp_path_factory.mktemp("fragile"), fragility={"fp32": 0.01, INT8: 0.12})


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory) -> BenchmarkData:
    """Both lose as much."""
    return benchmarked(tmp_path_factory.mktemp("sturdy"), fragility={"fp32": 0.05, INT8: 0.05})


def test_a_variant_that_breaks_under_noise_is_found_and_the_recommendation_changes(fragile) -> None:
    found = stressed(fragile)
    assert label(found.usual.recommendation.candidate.result.point) == INT8
    assert found.change is Stability.CHANGES
    assert [label(one.result.point) for one in found.recommended] == [INT8, "fp32"]
    assert found.gain.value == pytest.approx(0.33) and 0.25 < found.gain.low < 0.33 < found.gain.high < 0.4
    assert INT8 in stress_text.headline(found, label) and "33" in stress_text.headline(found, label)


def test_robust_accuracy_has_a_written_form(fragile) -> None:
    analysis = analyse(fragile)
    assert "robust_accuracy" in {one.name for candidate in analysis.candidates for one in candidate.estimates}
    assert as_csv(fragile, analysis) and to_json(document(fragile, analysis))


def test_equally_robust_variants_change_nothing(sturdy) -> None:
    found = stressed(sturdy)
    assert found.change is Stability.STAYS and not found.leaves
    assert INT8 in {label(one.result.point) for one in found.stays}
    assert stress_text.fronts_sentence(found, label)


def test_a_variant_that_was_on_the_fronts_for_its_accuracy_alone_leaves_them(tmp_path) -> None:
    accuracy, fragility = {"fp32": 0.97, INT8: 0.8}, {"fp32": 0.15, INT8: 0.01}
    both = stressed(benchmarked(tmp_path, accuracy=accuracy, fragility=fragility))
    assert both.stressed.quality.name == "robust_accuracy"
    found = replace(both, usual=on_latency_alone(both.usual), stressed=on_latency_alone(both.stressed))
    assert [label(one.result.point) for one in found.leaves] == ["fp32"]
    assert [label(one.result.point) for one in found.stays] == [INT8]
    assert "fp32" in stress_text.fronts_sentence(found, label)


def test_variants_that_were_not_tried_are_named_and_decide_nothing(fragile) -> None:
    points = {one: outcome for one, outcome in fragile.stress.items() if label(one) != INT8}
    part = replace(fragile, stress=points)
    found = stressed(part)
    assert found.change is Stability.UNKNOWN and [label(one.result.point) for one in found.untried] == [INT8]
    assert stress_text.headline(found, label)


def test_there_is_no_answer_without_a_stress_test(fragile) -> None:
    assert under_stress(analyse(replace(fragile, stress={}))) == ()


def test_curves_begin_undisturbed_and_fall_as_the_variant_does(fragile) -> None:
    curves = {label(curve.point): curve for curve in severity_curves(fragile, fragile.points)}
    values = [estimate.value for estimate in curves[INT8].by_severity]
    assert values == pytest.approx([0.9 - 0.12 * severity for severity in range(6)])
    assert all(estimate.low < estimate.value < estimate.high for estimate in curves[INT8].by_severity)
    assert {name: estimate.value for name, estimate in curves["fp32"].by_kind.items()} == pytest.approx(
        dict.fromkeys(("missing", "noise", "swapped"), 0.87)
    )
    headings, rows = stress_text.rows_by_severity(tuple(curves.values()), label)
    assert len(headings) == 7 and [row[0] for row in rows] == ["fp32", INT8]
    headings, rows = stress_text.rows_by_kind(tuple(curves.values()), label)
    assert set(headings[1:]) == {"Missing entries", "Noise", "Wrong entries"} and all(len(row) == 4 for row in rows)


def test_an_item_is_drawn_with_all_of_its_copies(fragile) -> None:
    """Copies of the same items are no further items: the interval is as wide as that of one copy, not √15 narrower."""
    found = stressed(fragile)
    own = next(one for one in found.stressed.candidates if label(one.result.point) == "fp32")
    estimate = own.estimates[found.objective]
    assert estimate.n == 200 and estimate.high - estimate.low > 0.07
    replicates = found.stressed.draw(found.objective, [0, 1])
    assert np.std(replicates[:, 0]) == pytest.approx((estimate.high - estimate.low) / 3.92, rel=0.2)
