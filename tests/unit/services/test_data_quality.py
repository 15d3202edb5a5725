"""The data of a scripted benchmark, of which some items were planted in both parts."""

from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis import item_groups
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.data_quality import FindingKind, Severity
from odviz.domain.errors import Busy, UnknownName
from odviz.domain.modality import Modality
from odviz.execution.executor import execute
from odviz.execution.lease import lease
from odviz.services import data_quality
from odviz.tasks.base import Examples
from tests.fakes import CLASSES, ITEMS, ToyTask, World, plan, point

LEAKED = 14


class LeakyTask(ToyTask):
    """The first calibration items are test items, too."""

    modality, fixed_groups = Modality.TABULAR, False

    def test(self):
        return self._examples(0, ITEMS)

    def calibration(self):
        calibration = self._examples(1, 50)
        calibration.inputs[:LEAKED] = self.test().inputs[:LEAKED]
        return calibration

    def preparation(self):
        return {}

    def _examples(self, seed, count):
        inputs = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
        return Examples(inputs, np.arange(count) % CLASSES, np.full(count, ""))


LEAKY = LeakyTask()


@pytest.fixture(autouse=True)
def leaky_task(monkeypatch):
    for module in (data_quality, item_groups):
        monkeypatch.setattr(module, "TASKS", {"toy": LEAKY})


@pytest.fixture
def benchmark(store):
    submitted = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
    world = World(accuracy={"fp32": 0.9, "int8-static": 0.89})
    execute(store, submitted, LEAKY, lambda _: None, make_child=world.child)
    return load_benchmark_data(store, submitted)


def test_leaked_items_are_found_and_the_recommendation_is_made_without_them(benchmark):
    steps = []
    report = data_quality.inspect("toy", benchmark, lambda *step: steps.append(step))
    (leak,) = report.of_kind(FindingKind.LEAK)
    assert leak.count == LEAKED and {case.items[0].index for case in leak.cases} == set(range(LEAKED))
    (decision,) = report.of_kind(FindingKind.DECISION)
    assert decision.severity is Severity.FINE
    (effect,) = report.of_kind(FindingKind.LEAK_EFFECT)
    scores = benchmark.predictions[point()].scores
    assert effect.figures[0].estimate.value == pytest.approx(scores[LEAKED:].mean() - scores.mean())
    assert report.benchmark == benchmark.record.id and report.items == (ITEMS, 50)
    assert [done for done, *_ in steps] == list(range(len(report.checks)))


def test_a_recommendation_that_rests_on_leaked_items_changes(benchmark):
    """The variant is right on the leaked items alone more often than the network, which is better on all others."""
    spoiled = {}
    for operating_point, predictions in benchmark.predictions.items():
        scores = np.arange(ITEMS) % 10 > 0
        scores[:LEAKED] = operating_point == point("int8-static")
        scores[LEAKED : LEAKED + 12] |= operating_point == point()
        scores[LEAKED : LEAKED + 12] &= operating_point == point()
        spoiled[operating_point] = replace(predictions, scores=scores)
    report = data_quality.inspect("toy", replace(benchmark, predictions=spoiled))
    (decision,) = report.of_kind(FindingKind.DECISION)
    assert decision.severity is Severity.ACT and report.severity is Severity.ACT


def test_a_report_is_kept_for_the_same_data_and_predictions(benchmark):
    assert data_quality.kept("toy", benchmark) is None
    report = data_quality.inspect("toy", benchmark)
    assert data_quality.kept("toy", benchmark) == report
    assert data_quality.kept("toy", None) is None
    alone = data_quality.inspect("toy", None)
    assert data_quality.kept("toy", None) == alone
    assert [check.name for check in alone.checks if check.obstacle] == ["label-suspects"]


def test_predictions_of_other_items_are_not_used(benchmark, monkeypatch):
    monkeypatch.setattr(LeakyTask, "test", lambda self: self._examples(2, ITEMS))
    assert not data_quality.predicts_these_items("toy", benchmark)
    assert data_quality.inspect("toy", benchmark).benchmark == ""


def test_it_waits_for_a_benchmark():
    with lease("a benchmark"), pytest.raises(Busy):
        data_quality.inspect("toy", None)


def test_groups_that_are_all_there_are_no_sample(monkeypatch):
    monkeypatch.setattr(ToyTask, "groups", "age bands")
    monkeypatch.setattr(LeakyTask, "fixed_groups", True)
    (finding,) = data_quality.inspect("toy", None).of_kind(FindingKind.RESOLUTION)
    assert "age bands" not in finding.message


def test_a_damaged_report_is_made_again(benchmark, home):
    data_quality.inspect("toy", None)
    (path,) = (home / "cache" / "data-quality").iterdir()
    path.write_text("{")
    assert data_quality.kept("toy", None) is None


def test_only_tasks_have_data():
    with pytest.raises((UnknownName, KeyError)):
        data_quality.inspect("nothing", None)
