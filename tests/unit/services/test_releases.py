"""Releases: what is fixed, promotion through a gate, and what a check of everything finds."""

import json
import threading
from shutil import copyfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.candidates import candidate
from odviz.analysis.estimates import host_samples, summarise
from odviz.domain.audit import AuditKind, FaultKind, first_fault
from odviz.domain.errors import FileRefused, InputError, IntegrityError, UnknownName
from odviz.domain.gate import GateVerdict
from odviz.domain.release import Channel
from odviz.library.policy_toml import policy_text
from odviz.serialization import to_canonical_json
from odviz.services import releases
from odviz.services.release_log import kept_bytes, registry, released_file, sha256_of, verify
from odviz.store import open_copy, open_store
from odviz.store.blobs import unpack_arrays
from odviz.store.schema import audit, kept
from tests.release_data import LENIENT, STRICT, benchmark, released

CANDIDATE, PRODUCTION = Channel


@pytest.fixture(scope="module")
def measured_once(tmp_path_factory):
    """A database with a benchmark, its id, and the folder of its files."""
    folder = tmp_path_factory.mktemp("releases")
    with open_store(f"sqlite:///{folder / 'odviz.db'}") as opened:
        return opened, benchmark(opened, folder), folder


@pytest.fixture
def store(measured_once):
    """A copy of it in memory."""
    with open_copy(measured_once[2] / "odviz.db") as opened:
        yield opened


@pytest.fixture
def identity(measured_once):
    return measured_once[1]


@pytest.fixture
def made(measured_once):
    """The folder of the files, which are restored after a test."""
    folder = measured_once[2] / "made"
    files = {path: path.read_bytes() for path in folder.iterdir()}
    yield folder
    for path, content in files.items():
        path.write_bytes(content)


def promote(store, release, channel=PRODUCTION, policy=LENIENT, override=""):
    return releases.promote(store, release.id, channel, policy, override, "Ada")


def test_a_release_pins_file_figures_and_predictions(store, identity, made):
    entry, release = releases.add(store, identity, "int8", " ship it ", "Ada", LENIENT)
    data = load_benchmark_data(store, identity)
    point = data.points[1]
    result = next(one for one in summarise(data).points if one.point == point)
    estimates = candidate(*host_samples(data, [result]), data.objectives).estimates
    assert (release.id, release.benchmark, release.point) == ("toy/net/v1", identity, point)
    assert {one.objective: one.estimate for one in release.figures} == {
        objective.name: estimate for objective, estimate in estimates.items()
    }
    assert (release.artifact.sha256, release.environment) == (data.files[point].file.sha256, data.record.environment)
    assert (release.why, release.who, release.verdict) == ("ship it", "Ada", None)
    content = (made / "int8-static").read_bytes()
    assert released_file(store, release)[1] == content and release.files[0].sha256 == sha256_of(content)
    (outputs,) = unpack_arrays(kept_bytes(store, release.predictions))
    assert np.array_equal(outputs, data.predictions[point].outputs[0]) and release.items == len(outputs)
    assert registry(store).releases == (release,) and entry.payload == to_canonical_json(release)


def test_its_file_outlives_the_cache_and_the_benchmark(store, identity, made):
    first, second = released(store, identity, "fp32", "int8")
    content = (made / "fp32").read_bytes()
    for file in made.iterdir():
        file.unlink()
    store.delete(identity)
    assert promote(store, first).entry and promote(store, second).entry
    assert released_file(store, first)[1] == content and verify(store).ok


@pytest.mark.parametrize(
    ("variant", "why", "who"),
    [("net", "x", "Ada"), ("int4", "x", "Ada"), ("int8", " ", "Ada"), ("int8", "x", ""), ("int8", "x", "A" * 101)],
    ids=["several", "none", "no reason", "nobody", "a long name"],
)
def test_what_is_not_clear_is_not_released(store, identity, variant, why, who):
    with pytest.raises(InputError):
        releases.add(store, identity, variant, why, who, LENIENT)
    assert store.audit_log() == ()


def test_a_variant_is_released_once(store, identity):
    released(store, identity, "int8")
    with pytest.raises(InputError, match="toy/net/v1"):
        released(store, identity, "int8")


def test_a_file_that_changed_since_is_not_released(store, identity, made):
    (made / "int8-static").write_bytes(b"another")
    with pytest.raises(FileRefused):
        released(store, identity, "int8")


def test_the_first_of_a_channel_is_compared_with_nothing(store, identity):
    (release,) = released(store, identity, "fp32")
    outcome = promote(store, release, policy=STRICT)
    event = registry(store).events[2]
    assert (outcome.verdict, event.base, event.verdict, event.override) == (None, "", None, "")
    assert registry(store).in_use("toy", PRODUCTION) == release
    assert registry(store).in_use("toy", CANDIDATE) is None
    with pytest.raises(InputError, match="already"):
        promote(store, release)


def test_the_gate_compares_with_what_is_in_the_channel(store, identity):
    first, second = released(store, identity, "fp32", "int8")
    promote(store, first)
    outcome = promote(store, second, policy=LENIENT)
    event = registry(store).events[outcome.entry.sequence]
    assert (event.base, event.release) == (first.id, second.id)
    assert event.verdict.result.verdict is GateVerdict.PASS
    assert event.verdict.policy_sha256 == sha256_of(policy_text(LENIENT).encode())
    decision = event.verdict.result.decisions[0]
    assert (decision.base, decision.new) == (first.point, second.point) and decision.change.paired
    assert registry(store).in_use("toy", PRODUCTION) == second


def test_a_release_holds_the_verdict_against_production(store, identity):
    (first,) = released(store, identity, "fp32")
    promote(store, first)
    (second,) = released(store, identity, "prune", policy=STRICT)
    assert (second.verdict.base, second.verdict.result.verdict) == (first.id, GateVerdict.FAIL)
    assert registry(store).find("v2") == second


@pytest.mark.parametrize(
    ("recipe", "verdict"), [("prune", GateVerdict.FAIL), ("int8", GateVerdict.INCONCLUSIVE)], ids=str
)
def test_what_does_not_pass_is_not_promoted_unless_that_is_overridden(store, identity, recipe, verdict):
    first, second = released(store, identity, "fp32", recipe)
    promote(store, first)
    before = store.audit_log()
    refused = promote(store, second, policy=STRICT)
    assert (refused.entry, refused.verdict.result.verdict) == (None, verdict)
    assert store.audit_log() == before and registry(store).in_use("toy", PRODUCTION) == first
    forced = promote(store, second, policy=STRICT, override="the old one crashes")
    event = registry(store).events[forced.entry.sequence]
    assert forced.entry.kind == AuditKind.OVERRIDDEN.value
    assert (event.override, event.verdict.result.verdict) == ("the old one crashes", verdict)
    assert registry(store).in_use("toy", PRODUCTION) == second


def test_an_override_that_was_not_needed_is_not_recorded(store, identity):
    first, second = released(store, identity, "fp32", "int8")
    promote(store, first)
    entry = promote(store, second, override="in case").entry
    assert entry.kind == AuditKind.PROMOTED.value and json.loads(entry.payload)["override"] == ""


def test_a_file_that_is_kept_wrongly_is_not_promoted(store, identity):
    (release,) = released(store, identity, "fp32")
    with store._writing() as connection:
        connection.execute(kept.update().where(kept.c.sha256 == release.files[0].sha256).values(content=b"evil"))
    with pytest.raises(IntegrityError):
        promote(store, release)
    assert registry(store).in_use("toy", PRODUCTION) is None


def test_of_two_promotions_at_once_one_is_told_to_look_again(store, identity, monkeypatch):
    first, second, third = released(store, identity, "fp32", "int8", "prune")
    promote(store, first)
    both_decided = threading.Barrier(2)
    assess = releases.assess

    def slow(*arguments):
        verdict = assess(*arguments)
        both_decided.wait()
        return verdict

    monkeypatch.setattr(releases, "assess", slow)
    outcomes = {}

    def work(release):
        try:
            outcomes[release.id] = promote(store, release)
        except InputError as error:
            outcomes[release.id] = error

    threads = [threading.Thread(target=work, args=(one,)) for one in (second, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [name for name, outcome in outcomes.items() if not isinstance(outcome, InputError)]
    assert len(done) == 1 and registry(store).in_use("toy", PRODUCTION).id == done[0]
    assert first_fault(store.audit_log()) is None and len(store.audit_log()) == 5


def test_a_check_names_what_is_missing_and_what_was_changed(store, identity):
    first, second = released(store, identity, "fp32", "int8")
    check = verify(store)
    assert check.ok and check.registry.head == store.audit_log()[-1].sha256
    assert verify(store, check.registry.head[:8]).ok
    with store._writing() as connection:
        connection.execute(kept.delete().where(kept.c.sha256 == first.files[0].sha256))
        changed = kept.c.sha256 == second.predictions.sha256
        connection.execute(kept.update().where(changed).values(content=b"other"))
    assert verify(store).faulty == {first.id: first.files, second.id: (second.predictions,)}


def test_a_head_that_was_noted_shows_that_the_log_was_cut_off(store, identity):
    (release, _) = released(store, identity, "fp32", "int8")
    noted = store.audit_log()[-1].sha256
    with store._writing() as connection:
        connection.execute(audit.delete().where(audit.c.sequence == 2))
    assert verify(store).ok
    check = verify(store, noted)
    assert (check.registry.fault.kind, check.registry.releases) == (FaultKind.HEAD_UNKNOWN, (release,))
    with pytest.raises(InputError):
        verify(store, "xyz")


def test_what_follows_a_changed_entry_does_not_count(store, identity):
    first, second = released(store, identity, "fp32", "int8")
    payload = store.audit_log()[1].payload.replace("Ada", "Eve")
    with store._writing() as connection:
        connection.execute(audit.update().where(audit.c.sequence == 2).values(payload=payload))
    assert registry(store).releases == (first,) and registry(store).fault.sequence == 2
    with pytest.raises(UnknownName):
        promote(store, second)


def test_releases_of_other_tasks_have_channels_of_their_own(store, identity):
    (release,) = released(store, identity, "fp32")
    promote(store, release)
    present = registry(store)
    assert present.channels_of(release) == (PRODUCTION,) and present.in_use("other", PRODUCTION) is None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_changed_byte_in_the_tables_shows(promoted_file, data):
    with open_copy(promoted_file) as store:
        assert verify(store).ok
        table = data.draw(st.sampled_from([audit, kept]))
        with store._writing() as connection:
            rows = connection.execute(table.select()).all()
            row = data.draw(st.sampled_from(rows))
            name = data.draw(st.sampled_from([column.name for column in table.columns]))
            key = next(iter(table.primary_key))
            cell = row._mapping[name]
            changed = cell + 1000 if isinstance(cell, int) else _with_another_byte(cell, data)
            connection.execute(table.update().where(key == row._mapping[key.name]).values({name: changed}))
        assert not verify(store).ok


def _with_another_byte(cell, data):
    """A text or bytes with one character exchanged."""
    at = data.draw(st.integers(0, len(cell) - 1))
    others = [character for character in ("0", "1") if character.encode() != cell[at : at + 1] != character]
    other = data.draw(st.sampled_from(others))
    return cell[:at] + (other if isinstance(cell, str) else other.encode()) + cell[at + 1 :]


@pytest.fixture(scope="module")
def promoted_file(measured_once):
    """A database in which both of two releases were in production."""
    folder = measured_once[2]
    path = folder / "promoted.db"
    copyfile(folder / "odviz.db", path)
    with open_store(f"sqlite:///{path}") as store:
        for release in released(store, measured_once[1], "fp32", "int8"):
            promote(store, release)
    return path
