from __future__ import annotations

import plotly.graph_objects
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.charts.palette import LIGHT
from odviz.domain.target import OperatingPoint
from odviz.report.documents import document
from odviz.report.stress_parts import stress_parts
from odviz.report.tables import as_csv
from odviz.serialization import to_json
from tests import stress_data
from tests.stress_data import FP32, INT8


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> BenchmarkData:
    return stress_data.tried(tmp_path_factory.mktemp("stress"))


def name(point: OperatingPoint) -> str:
    return f"{point.variant.recipe} <&>"


def test_each_test_has_a_sentence_a_table_and_a_valid_picture(data: BenchmarkData) -> None:
    parts = stress_parts(data, data.points, name)
    assert [part.test for part in parts] == ["attack", "poison", "load", "sustained"]
    for part in parts:
        assert part.sentence.endswith(".") and len(part.sentence) < 400
        assert part.rows and {len(row) for row in part.rows} == {len(part.headings)}
        figure = part.draw(LIGHT)
        plotly.graph_objects.Figure(figure)
        assert "<&>" not in str(figure["data"])


def test_the_sentences_have_the_figures(data: BenchmarkData) -> None:
    attack, poison, load, sustained = (part.sentence for part in stress_parts(data, data.points, name))
    assert "50.0 %" in attack and "20.0 %" in attack and "−30" in attack
    assert "1 bad item among 50" in poison and "1 of 2" in poison
    assert "30 requests" in load and name(INT8) in load
    assert "2.0 minutes" in sustained


def test_a_benchmark_without_such_tests_has_no_parts(data: BenchmarkData) -> None:
    assert stress_parts(stress_data.with_stress(data, {}), data.points, name) == ()


def test_one_variant_alone_is_compared_with_none(data: BenchmarkData) -> None:
    alone = stress_data.with_stress(data, {FP32: stress_data.outcomes(0.5, 1e-3)})
    assert [part.test for part in stress_parts(alone, alone.points, name)] == ["attack", "load", "sustained"]


def test_what_became_slower_is_said(data: BenchmarkData) -> None:
    for rise, machine, word in (
        (0.3, 0.3, "The machine itself became slower"),
        (0.3, 0.0, "The machine itself does not"),
    ):
        outcome = {"sustained": stress_data.sustained(1e-3, rise, machine)}
        (part,) = stress_parts(stress_data.with_stress(data, {FP32: outcome}), data.points, name)
        assert word in part.sentence


def test_all_estimates_under_stress_have_a_written_form(data: BenchmarkData) -> None:
    analysis = analyse(data)
    names = {objective.name for candidate in analysis.candidates for objective in candidate.estimates}
    assert {"attacked_accuracy", "loaded_latency", "sustained_latency"} <= names
    assert as_csv(data, analysis) and to_json(document(data, analysis))
