"""`odviz releases`."""

import json
import re

import pytest
from sqlalchemy import update

from odviz.domain.audit import AuditKind
from odviz.services import rollback
from odviz.services.release_log import registry
from odviz.store import open_store
from odviz.store.schema import audit
from odviz.tasks import TASKS
from tests.fakes import TOY
from tests.release_data import benchmark, probe_of

WHY = ("--why", "faster")


@pytest.fixture
def released(odviz, tmp_path, monkeypatch):
    """Two releases, the first of them in production."""
    with open_store() as store:
        identity = benchmark(store, tmp_path)
    assert odviz("releases", "add", identity, "fp32", *WHY)[0] == 0
    code, out, _ = odviz("releases", "promote", "v1", "production", "--who", "Ada")
    assert code == 0 and "the first" in out
    code, out, _ = odviz("releases", "add", identity, "prune", *WHY, "--who", "Ada")
    assert code == 0 and "toy/net/v2" in out and "against toy/net/v1" in out
    monkeypatch.setattr(rollback, "TASKS", {"toy": TOY})


@pytest.fixture
def policy(tmp_path):
    def write(margin):
        file = tmp_path / "policy.toml"
        file.write_text(f"title = 'Mine'\n[[clauses]]\nobjective = 'accuracy'\nabsolute = {margin}\n")
        return "--policy", str(file)

    return write


def in_use():
    with open_store() as store:
        return {channel.value: past[-1].id for (_, channel), past in registry(store).history.items()}


def test_without_releases_it_says_how_to_add_one(odviz):
    code, out, _ = odviz("releases")
    assert code == 0 and "odviz releases add" in out
    assert odviz("releases", "list", "--json")[1].strip() == "[]"


def test_a_release_is_listed_and_shown(odviz, released):
    code, out, _ = odviz("releases")
    assert code == 0 and "toy/net/v2" in out and "production" in out
    code, out, _ = odviz("releases", "show", "net/v2")
    assert code == 0 and "faster" in out and "Accuracy" in out and "measured" in out
    document = json.loads(odviz("releases", "show", "v2", "--json")[1])
    assert (document["number"], document["who"], document["why"]) == (2, "Ada", "faster")
    assert document["verdict"]["base"] == "toy/net/v1"
    assert odviz("releases", "show", "v3")[0] == 2


@pytest.mark.parametrize(("margin", "code"), [(0.5, 0), (0.01, 1), (0.25, 6)])
def test_the_gate_decides_what_is_promoted(odviz, released, policy, margin, code):
    exit_code, out, _ = odviz("releases", "promote", "v2", "production", *policy(margin))
    assert exit_code == code and ("is not promoted" in out) == bool(code)
    assert in_use()["production"] == ("toy/net/v1" if code else "toy/net/v2")


def test_an_override_is_recorded_with_its_reason(odviz, released, policy):
    words = "releases", "promote", "v2", "production", *policy(0.01), "--override", "it crashes", "--json"
    code, out, _ = odviz(*words)
    assert code == 0 and json.loads(out)["entry"]["kind"] == AuditKind.OVERRIDDEN.value
    assert "it crashes" in odviz("releases", "log")[1]


def test_one_command_rolls_back_and_says_whether_that_is_proven(odviz, released, policy, monkeypatch):
    odviz("releases", "promote", "v2", "production", *policy(0.5))
    with open_store() as store:
        first = registry(store).find("v1")
        monkeypatch.setitem(rollback.roll_back.__kwdefaults__, "make_probe", probe_of(store, first))
        code, out, _ = odviz("releases", "rollback", "production", "--why", "it crashes")
    assert code == 0 and "proven" in out and in_use()["production"] == "toy/net/v1"
    assert odviz("releases", "rollback", "production", *WHY)[0] == 2  # nothing was there before


def test_a_rollback_that_is_not_proven_is_done_and_exits_with_one(odviz, released, policy, monkeypatch):
    odviz("releases", "promote", "v2", "production", *policy(0.5))
    monkeypatch.setattr(rollback, "TASKS", TASKS)  # which do not have it
    code, out, _ = odviz("releases", "rollback", "production", "--why", "it crashes", "--to", "v1")
    assert code == 1 and "not proven" in out and in_use()["production"] == "toy/net/v1"


def test_a_check_exits_with_one_if_a_byte_was_changed(odviz, released):
    code, out, _ = odviz("releases", "verify", "--json")
    head = json.loads(out)["head"]
    assert code == 0 and odviz("releases", "verify", "--head", head)[0] == 0
    assert odviz("releases", "verify", "--head", "0123456789")[0] == 1
    assert odviz("releases", "verify", "--head", "not a hash")[0] == 2
    with open_store() as store, store._writing() as connection:
        connection.execute(update(audit).where(audit.c.sequence == 2).values(kind="released"))
    code, out, _ = odviz("releases", "verify")
    assert code == 1 and "Entry 2" in out
    assert "Entry 2" in odviz("releases")[2]
    assert odviz("releases", "promote", "v1", "candidate")[0] == 5


def test_the_released_file_is_written(odviz, released, tmp_path):
    code, *_ = odviz("releases", "file", "v2", str(tmp_path / "model.onnx"))
    assert code == 0 and (tmp_path / "model.onnx").read_bytes() == b"prune-magnitude:50, build 0"
    assert odviz("releases", "file", "v2", str(tmp_path / "nowhere" / "x"))[0] == 5


def test_a_release_is_reported_with_its_figures_verdict_and_history(odviz, released, tmp_path):
    files = [tmp_path / f"report.{ending}" for ending in ("html", "pdf")]
    notes = [odviz("report", "release", "net/v2", "--out", str(file))[2] for file in files]
    hashes = {re.search("[0-9a-f]{64}", note)[0] for note in notes}
    page = files[0].read_text()
    assert len(hashes) == 1 and hashes.pop() in page
    for words in (
        "Release toy/net/v2",
        "Not in use",
        "faster",
        "net/v2 released",
        "measured",
        "Compared with toy/net/v1",
    ):
        assert words in page
    assert odviz("report", "release", "net/v9", "--out", str(files[0]))[0] == 2
