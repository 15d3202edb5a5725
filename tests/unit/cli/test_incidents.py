"""`odviz incidents`, and what `odviz monitor` says and records of an alarm."""

import json

import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.item_groups import KnownItems
from odviz.domain.incident import IncidentCause, IncidentEnd
from odviz.domain.release import Channel
from odviz.services import releases
from odviz.services.incidents import incidents
from odviz.services.release_log import registry
from odviz.store import open_store
from tests.fakes import TOY, World
from tests.release_data import LENIENT
from tests.ui import scripted
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


@pytest.fixture
def released(monkeypatch, tmp_path):
    """Two releases, one after the other in production."""
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(TOY.test().targets))
    with open_store() as store:
        identity = scripted.measure(store, "int8-static", world=World(**scripted.WORLD, folder=tmp_path))
        for variant in ("fp32", "int8-static"):
            _, release = releases.add(store, identity, variant, "try it", "Ada", LENIENT)
            releases.promote(store, release.id, Channel.PRODUCTION, LENIENT, "all the same", "Ada")


@pytest.mark.usefixtures("released")
def test_an_alarm_names_the_release_and_its_channel_and_the_rollback_ends_the_incident(odviz, tmp_path):
    path = log(tmp_path / "a.jsonl", np.zeros(400, int), release="lenet-5/v2")
    code, out, _ = odviz("monitor", path)
    assert code == 1 and "lenet-5/v2 is in production" in out and "odviz releases rollback production" in out
    code, out, _ = odviz("monitor", path, "--release", "lenet-5/v2", "--incident", "--who", "Ada")
    assert code == 1 and "odviz incidents rollback 1 --channel production" in out
    code, out, _ = odviz("incidents", "rollback", "1", "--cause", "model", "--who", "Ada")
    assert code == 1 and "lenet-5/v1 is in production again: not proven" in out  # the scripted items are others
    with open_store() as store:
        (record,) = incidents(store)
        assert registry(store).in_use(scripted.TASK, Channel.PRODUCTION).number == 1
    assert (record.closure.cause, record.closure.end) == (IncidentCause.MODEL, IncidentEnd.ROLLED_BACK)
    assert record.closure.release.endswith("lenet-5/v1") and record.incident.release.endswith("lenet-5/v2")
    code, out, _ = odviz("monitor", path)
    assert "in no channel" in out and odviz("monitor", path, "--release", "lenet-5/v1")[0] == 2
