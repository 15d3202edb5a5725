"""`odviz monitor`."""

import json

import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.fakes import TOY
from tests.ui import scripted


@pytest.fixture
def benchmark(monkeypatch):
    """A benchmark whose predictions are of four of the task's classes, equally often, right in 95 %."""
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(TOY.test().targets))
    with open_store() as store:
        return scripted.measure(store, *scripted.RECIPES)


def log(path, predictions, latency_ms=1.9, **entries):
    classes = TASKS[scripted.TASK].classes()
    rows = [
        {"time": 1_700_000_000 + 60 * place, "prediction": classes[own], "confidence": 1.0, "latency_ms": latency_ms}
        | entries
        for place, own in enumerate(predictions)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_quiet_log_exits_with_0(odviz, benchmark, tmp_path):
    path = log(tmp_path / "a.jsonl", np.arange(400) % 4)
    code, out, err = odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32")
    assert code == 0 and "No alarm in 400 answers" in out and not err


def test_an_alarm_exits_with_1(odviz, benchmark, tmp_path):
    path = log(tmp_path / "a.jsonl", np.r_[np.arange(400) % 4, np.zeros(400, int)], latency_ms=5)
    code, out, _ = odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32", "--json")
    report = json.loads(out)
    assert code == 1 and report["benchmark"] == benchmark and report["answers"] == 800
    assert {alarm["kind"] for alarm in report["alarms"]} >= {"class", "latency"}
    code, out, _ = odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32", "--deadline", "10ms")
    assert code == 1 and "predicted more often" in out and "take longer" not in out


@pytest.mark.parametrize("variant", ["int4", ""])
def test_one_variant_is_named(odviz, benchmark, tmp_path, variant):
    path = log(tmp_path / "a.jsonl", [0])
    code, out, err = odviz("monitor", path, "--benchmark", benchmark, "--variant", variant)
    assert code == 2 and not out and "int8-static" in err


@pytest.mark.parametrize("path", ["nothing.jsonl", "/dev/null", "."])
def test_a_log_that_cannot_be_read_is_refused(odviz, benchmark, path):
    code, out, err = odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32")
    assert code == 2 and not out and "cannot be read" in err


def test_outputs_without_known_items_are_refused(odviz, benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems())
    path = log(tmp_path / "a.jsonl", [0])
    code, _, err = odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32")
    assert code == 2 and "cannot be monitored" in err
