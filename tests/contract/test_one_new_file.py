"""A stress test with its objective, a check of data and a lesson are found everywhere without an edit of odviz."""

import json

import pytest
from click.testing import CliRunner

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.stress import Stability, under_stress
from odviz.cli import cli
from odviz.data_quality import CHECKS
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.execution.executor import execute
from odviz.lessons import LESSONS
from odviz.objectives import OBJECTIVES, default_limits
from odviz.services import data_quality
from odviz.store import open_store
from odviz.stress import STRESS_TESTS
from tests.fakes import EFFORT, TOY, World, point
from tests.toys.plugins import added
from tests.unit.services.test_data_quality import LEAKY


def odviz(*words):
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_stress_test_runs_after_a_benchmark_and_has_a_figure_a_front_and_an_answer():
    plan = BenchmarkPlan(
        "toy", ("net",), (parse_recipe("int8-static"),), ("onnxruntime",), effort=EFFORT, stress=("twice",)
    )
    world = World(
        ns={"fp32": 60_000_000, "int8-static": 30_000_000},
        accuracy={"fp32": 0.9, "int8-static": 0.9},
        fragility={"int8-static": 0.3},
    )
    with added(STRESS_TESTS, OBJECTIVES), open_store() as store:
        benchmark = store.create_benchmark(plan, [point(), point("int8-static")])
        execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
        analysis = analyse(load_benchmark_data(store, benchmark))
        twice = OBJECTIVES["twice_accuracy"].objective
        values = [candidate.estimates[twice].value for candidate in analysis.candidates]
        assert values == pytest.approx([0.9, 0.6]) and twice in analysis.axes
        assert twice.limit.help in " ".join(odviz("recommend", "--help").split())
        (answer,) = under_stress(analysis.under(default_limits(analysis.objectives)))
        assert (answer.test, answer.objective, answer.change) == ("twice", twice, Stability.CHANGES)
        shown = json.loads(odviz("stress", benchmark, "--json"))
        assert [one["test"] for one in shown["answers"]] == ["twice"]
        assert "Asked twice" in odviz("stress", benchmark)


def test_a_check_of_data_is_made_with_the_others(monkeypatch):
    monkeypatch.setattr(data_quality, "TASKS", {"toy": LEAKY})
    with added(CHECKS):
        report = data_quality.inspect("toy", None)
    last = report.checks[-1]
    assert (last.name, len(last.findings), last.obstacle) == ("first-label", 1, "")


def test_a_lesson_is_taught_with_the_others():
    with added(LESSONS):
        lessons = json.loads(odviz("lessons", "list", "--json"))
        assert lessons[-1]["name"] == "whom-it-hurts-again"
        assert lessons[-1]["question"]["text"] in odviz("lessons", "sheet", "whom-it-hurts-again")
