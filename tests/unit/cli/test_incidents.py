"""`odviz incidents`, and what `odviz monitor` says and records of an alarm."""

import json

import numpy as np
import pytest

from odviz.store import open_store
from tests.unit.cli.test_monitor import benchmark, log  # noqa: F401


@pytest.fixture
def alarm(odviz, benchmark, tmp_path):  # noqa: F811
    """Incident 1 was opened by a log."""
    path = log(tmp_path / "a.jsonl", np.zeros(400, int))
    words = ("monitor", path, "--benchmark", benchmark, "--variant", "fp32", "--incident", "--who", "Ada")
    code, out, err = odviz(*words)
    assert code == 1 and "Incident 1" in err and "odviz incidents close 1" in out
    return words


def test_an_alarm_opens_one_incident_however_often_the_log_is_looked_at(odviz, alarm):
    assert odviz(*alarm)[2] == ""
    code, out, _ = odviz("incidents", "list", "--json")
    (record,) = json.loads(out)
    assert code == 1 and record["incident"]["who"] == "Ada" and record["closure"] is None
    assert record["incident"]["alarms"][0]["kind"] == "class"
    assert "fp32" in odviz("incidents")[1] and "predicted" in odviz("incidents", "show", "1")[1]


@pytest.mark.usefixtures("alarm")
def test_it_is_closed_with_cause_and_end(odviz):
    code, out, _ = odviz(
        "incidents", "close", "1", "--cause", "inputs", "--end", "relabelled", "--who", "Grace", "--note", "spring"
    )
    assert code == 0 and "spring" in out
    code, out, _ = odviz("incidents", "list", "--open", "--json")
    assert code == 0 and json.loads(out) == []
    assert "Grace" in odviz("incidents", "show", "1")[1]
    assert odviz("incidents", "close", "1", "--cause", "log", "--end", "false-alarm", "--who", "Ada")[0] == 2


@pytest.mark.usefixtures("alarm")
def test_what_cannot_be_recorded_is_refused(odviz):
    for words in (
        ("show", "2"),
        ("rollback", "1"),
        ("rollback", "1", "--channel", "x"),
        ("close", "1"),
        ("close", "1", "--cause", "weather", "--end", "repaired"),
        ("close", "1", "--cause", "log", "--end", "repaired", "--who", ""),
    ):
        assert odviz("incidents", *words)[0] == 2
    with open_store() as store:
        assert len(store.audit_log()) == 1


def test_no_alarm_opens_none_and_a_log_without_a_release_needs_a_benchmark(odviz, benchmark, tmp_path):  # noqa: F811
    path = log(tmp_path / "a.jsonl", np.arange(400) % 4)
    assert odviz("monitor", path, "--benchmark", benchmark, "--variant", "fp32", "--incident")[0] == 0
    assert odviz("monitor", path)[0] == 2 == odviz("monitor", path, "--release", "net/v1")[0]
    assert odviz("monitor", path, "--release", "net/v1", "--benchmark", benchmark)[0] == 2
    code, out, _ = odviz("incidents", "list", "--json")
    assert code == 0 and json.loads(out) == []
