"""Rolling back: which release comes back, and how sure it is that it is what it was."""

from contextlib import contextmanager

import numpy as np
import pytest

from odviz.domain.audit import AuditKind, first_fault
from odviz.domain.errors import Busy, InputError, IntegrityError, RunFailed, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.release import Channel, ProofKind, RollbackProof
from odviz.services import releases, rollback
from odviz.services.release_log import registry
from odviz.services.rollback import items_that_differ, roll_back
from odviz.store import open_copy, open_store
from odviz.store.schema import kept
from odviz.tasks import TASKS
from odviz.tasks.base import Examples
from tests.fakes import ITEMS, TOY, ToyTask
from tests.release_data import LENIENT, benchmark, probe_of, released

PRODUCTION = Channel.PRODUCTION


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A database with three releases, which were in production one after another."""
    folder = tmp_path_factory.mktemp("rollback")
    with open_store(f"sqlite:///{folder / 'odviz.db'}") as store:
        for release in released(store, benchmark(store, folder), "fp32", "int8", "prune"):
            assert releases.promote(store, release.id, PRODUCTION, LENIENT, "", "Ada").entry
    return folder / "odviz.db"


@pytest.fixture
def store(file):
    with open_copy(file) as opened:
        yield opened


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setattr(rollback, "TASKS", {"toy": TOY})


@pytest.fixture
def versions(store):
    return registry(store).releases


def back(store, release, change=lambda outputs: outputs, **options):
    return roll_back(store, PRODUCTION, "it crashes", "Eve", make_probe=probe_of(store, release, change), **options)


def in_use(store):
    return registry(store).in_use("toy", PRODUCTION)


def test_the_release_before_comes_back_and_is_proven(store, versions):
    first, second, third = versions
    outcome = back(store, second)
    assert (outcome.release, in_use(store)) == (second, second)
    assert outcome.rollback.proof == RollbackProof(ProofKind.EQUAL, ITEMS, 0)
    event = registry(store).events[outcome.entry.sequence]
    assert event == outcome.rollback and outcome.entry.kind == AuditKind.ROLLED_BACK.value
    assert (event.base, event.release, event.why, event.who) == (third.id, second.id, "it crashes", "Eve")
    assert back(store, first).release == first and in_use(store) == first  # not the one that was taken back
    with pytest.raises(InputError):
        back(store, first)
    assert first_fault(store.audit_log()) is None


def test_the_kept_file_is_run_as_it_was_measured(store, versions):
    probe = probe_of(store, versions[1])
    roll_back(store, PRODUCTION, "x", "Eve", make_probe=probe)
    target = versions[1].point.target
    assert probe.ran == [(target.runtime, b"int8-static, build 0", target.threads, (ITEMS, 2))]


def test_any_earlier_release_can_be_named(store, versions):
    first, _, third = versions
    with pytest.raises(InputError):
        back(store, first, to=third.id)  # in use
    with pytest.raises(UnknownName):
        back(store, first, to="v9")
    assert back(store, first, to="v1").release == first
    with pytest.raises(InputError):
        back(store, first, to="v2")  # later than what is in use


def test_a_tampered_file_does_not_come_back(store, versions):
    with store._writing() as connection:
        connection.execute(kept.update().where(kept.c.sha256 == versions[1].files[0].sha256).values(content=b"evil"))
    before = store.audit_log()
    with pytest.raises(IntegrityError):
        back(store, versions[0])
    assert store.audit_log() == before and in_use(store) == versions[2]
    assert back(store, versions[0], to="v1").release == versions[0]


def test_other_predictions_are_counted_and_hinder_nothing(store, versions):
    def change(outputs):
        outputs[0][[3, 7]] += np.float32(1e-7)
        return outputs

    outcome = back(store, versions[1], change)
    assert outcome.rollback.proof == RollbackProof(ProofKind.DIFFERENT, ITEMS, 2)
    assert in_use(store) == versions[1]


def test_other_test_items_prove_nothing(store, versions, monkeypatch):
    class OtherItems(ToyTask):
        def test(self):
            items = super().test()
            return Examples(items.inputs + 1, items.targets, items.groups)

    for tasks in ({"toy": OtherItems()}, TASKS):
        monkeypatch.setattr(rollback, "TASKS", tasks)
        assert rollback.prove(store, versions[1]) == RollbackProof(ProofKind.OTHER_ITEMS)


@pytest.mark.parametrize("failure", ["busy", "crash"])
def test_a_file_that_cannot_be_run_now_is_said_to_be_unproven(store, versions, monkeypatch, failure):
    @contextmanager
    def held(_):
        raise Busy("a benchmark is measured")
        yield

    def crash(_):
        raise RunFailed(Failure(FailureKind.CRASH, "it crashed"))

    if failure == "busy":
        monkeypatch.setattr(rollback, "lease", held)
    proof = back(store, versions[1], crash).rollback.proof
    reason = "a benchmark is measured" if failure == "busy" else "it crashed"
    assert proof == RollbackProof(ProofKind.NOT_RUN, reason=reason) and in_use(store) == versions[1]


def test_a_channel_that_changed_meanwhile_is_not_rolled_back(store, versions):
    def overtake(outputs):
        roll_back(store, PRODUCTION, "first", "Bob", make_probe=probe_of(store, versions[1]))
        return outputs

    with pytest.raises(InputError, match="meanwhile"):
        back(store, versions[1], overtake)
    assert registry(store).events[7].who == "Bob" and len(store.audit_log()) == 7


def test_a_channel_without_an_earlier_release_is_not_rolled_back(store):
    for task, channel in (("", Channel.CANDIDATE), ("toy", Channel.CANDIDATE), ("other", PRODUCTION)):
        with pytest.raises(InputError):
            roll_back(store, channel, "x", "Eve", task=task)


@pytest.mark.parametrize(
    ("own", "different"),
    [
        ([[1, 2], [3, 4], [5, np.nan]], 0),
        ([[1, 2], [3, 5], [6, np.nan]], 2),
        ([[1, 2], [3, 4], [5, 6]], 1),
        ([[1, 2, 0], [3, 4, 0], [5, 6, 0]], 3),
    ],
)
def test_items_differ_if_any_of_their_bytes_do(own, different):
    kept_outputs = np.array([[1, 2], [3, 4], [5, np.nan]], np.float32)
    assert items_that_differ((kept_outputs,), (np.array(own, np.float32),), 3) == different
    assert items_that_differ((kept_outputs,), (kept_outputs.astype(np.float64),), 3) == 3
    assert items_that_differ((kept_outputs, kept_outputs), (kept_outputs,), 3) == 3


def test_zeros_of_another_sign_are_other_bytes():
    assert items_that_differ((np.zeros((2, 1)),), (-np.zeros((2, 1)),), 2) == 2
