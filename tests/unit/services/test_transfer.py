"""A benchmark as a file: what arrives is what was measured, marked as another machine's, and kept apart."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.environment import Environment
from odviz.domain.errors import FileRefused, InputError, MeasuredElsewhere
from odviz.domain.estimate import Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.label import BenchmarkLabel
from odviz.domain.result import Stage
from odviz.serialization import to_builtins
from odviz.services import benchmark, transfer
from odviz.store import open_store
from tests.fakes import World, plan, point


@pytest.fixture
def elsewhere():
    """The database of another machine, which is this one."""
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def file(store, measured):
    """The id of a benchmark and its file."""
    identity = measured(World(accuracy={"int8-static": 0.85}), "int8-static")
    return identity, transfer.export_benchmark(store, identity)


def measured_as(figures, provenance):
    """The figures of a result as JSON, with another provenance where they were measured."""
    text = json.dumps(to_builtins(figures))
    return json.loads(text.replace(f'"{Provenance.MEASURED}"', f'"{provenance}"'))


def test_what_arrives_is_what_was_measured(store, elsewhere, file):
    identity, content = file
    arrival = transfer.import_benchmark(elsewhere, content, "x.zip")
    assert (arrival.id, arrival.new) == (identity, True)
    here, there = (load_benchmark_data(one, identity) for one in (store, elsewhere))
    assert measured_as(summarise(here).points, Provenance.IMPORTED) == to_builtins(summarise(there).points)
    assert (here.blocks, here.memory, here.background) == (there.blocks, there.memory, there.background)
    assert there.record.environment == here.record.environment and there.record.imported.id == identity
    own, other = analyse(here), analyse(there)
    assert [one.membership for one in own.candidates] == [one.membership for one in other.candidates]
    assert own.recommendation.candidate.host_point == other.recommendation.candidate.host_point


def test_every_measured_figure_is_marked(elsewhere, file):
    transfer.import_benchmark(elsewhere, file[1], "x.zip")
    analysis = analyse(load_benchmark_data(elsewhere, file[0]))
    provenances = {one.provenance for candidate in analysis.candidates for one in candidate.estimates.values()}
    assert provenances == {Provenance.IMPORTED, Provenance.MODELLED}
    assert str(Provenance.MEASURED.value) not in json.dumps(to_builtins([one.result for one in analysis.candidates]))


def test_a_second_import_changes_nothing(elsewhere, file):
    first = transfer.import_benchmark(elsewhere, file[1], "x.zip")
    assert transfer.import_benchmark(elsewhere, file[1], "y.zip") == replace(first, new=False)
    passed_on = transfer.export_benchmark(elsewhere, first.id)
    assert transfer.import_benchmark(elsewhere, passed_on, "z.zip") == replace(first, new=False)
    assert len(elsewhere.benchmarks()) == 1


def test_a_file_that_comes_home_is_this_machines_own_benchmark(store, file):
    assert transfer.import_benchmark(store, file[1], "x.zip") == transfer.Arrival(file[0], new=False)
    assert store.load(file[0]).imported is None


def test_a_label_travels_and_does_not_tell_benchmarks_apart(store, elsewhere, file):
    identity, content = file
    label = BenchmarkLabel("nightly", ("v2",), "a note")
    store.set_label(identity, label)
    store.set_baseline(identity, True)
    labelled = transfer.export_benchmark(store, identity)
    assert transfer.import_benchmark(store, content, "x.zip") == transfer.Arrival(identity, new=False)
    assert transfer.import_benchmark(elsewhere, labelled, "x.zip") == transfer.Arrival(identity, new=True)
    arrived = elsewhere.load("nightly")
    assert (arrived.id, arrived.label, arrived.baseline) == (identity, label, False)
    assert not transfer.import_benchmark(elsewhere, content, "x.zip").new
    for damaged in (b"[]", b'{"name": "\\u001b"}', b'{"name": "baseline"}', b"\xff"):
        with pytest.raises(FileRefused):
            transfer.import_benchmark(elsewhere, packed(parts(labelled) | {"label.json": damaged}), "x.zip")


def test_another_benchmark_of_the_same_id_gets_a_new_one(store, elsewhere, file):
    identity, content = file
    transfer.import_benchmark(elsewhere, content, "x.zip")
    other = rewritten(content, lambda record: record["plan"].update(seed=5))
    arrival = transfer.import_benchmark(elsewhere, other, "x.zip")
    assert arrival.new and arrival.id != identity
    assert elsewhere.load(arrival.id).imported.id == identity
    back = transfer.import_benchmark(store, other, "x.zip")
    assert back.new and store.load(identity).imported is None and store.load(back.id).imported


def test_it_is_not_resumed(elsewhere, file):
    transfer.import_benchmark(elsewhere, file[1], "x.zip")
    with pytest.raises(MeasuredElsewhere) as refused:
        benchmark.resume(elsewhere, file[0])
    assert (refused.value.benchmark, refused.value.cpu) == (file[0], "scripted")


def test_nothing_of_it_is_mixed_with_this_machines_figures(elsewhere, file):
    transfer.import_benchmark(elsewhere, file[1], "x.zip")
    data = load_benchmark_data(elsewhere, file[0])
    machine = data.record.environment
    same = Environment(cpu=machine.cpu, architecture=machine.architecture, flags=machine.flags, python=machine.python)
    assert elsewhere.full_speeds(same) == []
    assert not any(elsewhere.files_of(one.variant.key) for one in data.points)
    assert all(stored.file.path == "" for stored in data.files.values())
    from odviz.execution.predictions import key_of

    keys = (key_of(one, stored.file.sha256, machine) for one, stored in data.files.items())
    assert [elsewhere.find_predictions(key) for key in keys] == [None, None]


def test_deleting_it_leaves_nothing(elsewhere, file):
    transfer.import_benchmark(elsewhere, file[1], "x.zip")
    benchmark.delete(elsewhere, file[0])
    assert not elsewhere.imported_artifacts(file[0]) and not elsewhere.imported_predictions(file[0])
    assert elsewhere.find_imported(transfer.decode(file[1], "x").sha256) is None


def test_a_benchmark_with_failures_travels(store, elsewhere, measured):
    crash = Failure(FailureKind.CRASH, "It crashed.", "\x1b[31mdetail")
    identity = measured(World(faults={("int8-static", "predict"): crash}), "int8-static")
    transfer.import_benchmark(elsewhere, transfer.export_benchmark(store, identity), "x.zip")
    failed = load_benchmark_data(elsewhere, identity).failures[point("int8-static")]
    assert (failed.kind, failed.reason) == (FailureKind.CRASH, "It crashed.") and "\x1b" not in failed.detail


def test_what_stress_tests_outcome_travels(store, elsewhere, measured):
    identity = measured(World())
    files = {one.key: stored.file.sha256 for one, stored in load_benchmark_data(store, identity).files.items()}
    outcome = {"items": np.arange(50), "noise": np.zeros((5, 50), np.float32)}
    for test in ("corruptions", "corruptions"):  # the last one counts
        run = store.start_run(identity, point().key, Stage.STRESS, 0, files[point().key], test)
        store.add_outcome(run, outcome)
        store.end_run(run)
        outcome = outcome | {"noise": outcome["noise"] + 1}
    other = transfer.export_benchmark(store, identity)
    transfer.import_benchmark(elsewhere, other, "x.zip")
    here, there = (one.outcomes(identity, files)[point().key, "corruptions"] for one in (store, elsewhere))
    assert set(here) == set(there) and all(np.array_equal(here[name], there[name]) for name in here)


def test_only_what_has_ended_travels(store):
    with pytest.raises(InputError):
        transfer.export_benchmark(store, store.create_benchmark(plan(), [point()]))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return content.getvalue()


def rewritten(content, change):
    files = parts(content)
    record = json.loads(files["benchmark.json"])
    change(record)
    return packed(files | {"benchmark.json": json.dumps(record).encode()})


def test_a_path_in_a_file_leads_nowhere(elsewhere, file):
    def lead(record):
        record["files"][0]["file"]["path"] = "/etc/passwd"

    arrival = transfer.import_benchmark(elsewhere, rewritten(file[1], lead), "x.zip")
    assert {one.file.path for one in load_benchmark_data(elsewhere, arrival.id).files.values()} == {""}


def test_a_newer_version_is_refused(elsewhere, file):
    with pytest.raises(FileRefused) as refused:
        transfer.import_benchmark(elsewhere, rewritten(file[1], lambda record: record.update(version=2)), "x.zip")
    assert refused.value.field == "version"


def test_times_that_no_clock_gives_are_refused(elsewhere, file):
    with np.load(io.BytesIO(parts(file[1])["times.npz"])) as arrays:
        times = dict(arrays)
    for name in ("wall_ns", "cpu_ns"):
        content = io.BytesIO()
        np.savez(content, **{**times, name: -times[name]})
        with pytest.raises(FileRefused):
            transfer.import_benchmark(elsewhere, packed(parts(file[1]) | {"times.npz": content.getvalue()}), "x.zip")
    assert elsewhere.benchmarks() == ()
