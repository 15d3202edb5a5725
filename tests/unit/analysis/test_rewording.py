"""Text is for people: other words for scopes, sources, notes and reasons change no figure and no decision."""

from dataclasses import replace

import pytest

from odviz.analysis import estimates
from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.on_device import find_target
from odviz.domain.estimate import EstimateKind
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.objective import Limits
from odviz.domain.result import NoteKind
from odviz.execution.executor import execute
from odviz.measurement import device_power, modelled
from odviz.objectives import ENERGY, LATENCY
from tests.fakes import TOY, World, plan, point

CRASH = Failure(FailureKind.CRASH, "The child process crashed.")
RECIPES = ("fp32", "int8-static", "int8-dynamic", "prune-structured:50")


@pytest.fixture
def data(store):
    benchmark = store.create_benchmark(plan(*RECIPES[1:]), [point(recipe) for recipe in RECIPES])
    faults = {("int8-static", "measure_memory"): [None, CRASH], ("prune-structured:50", "time_block"): CRASH}
    execute(store, benchmark, TOY, lambda _: None, make_child=World(faults=faults).child)
    return load_benchmark_data(store, benchmark)


def reword(data, monkeypatch):
    monkeypatch.setattr(modelled, "SCOPE", "something else")
    monkeypatch.setattr(modelled, "SOURCE", "somebody else")
    monkeypatch.setattr(device_power, "SCOPE", "another thing")
    monkeypatch.setattr(estimates, "MEMORY_SCOPE", "other memory")
    files = {place: replace(file, notes=("One of its runs",)) for place, file in data.files.items()}
    failures = {place: replace(failure, reason="No.") for place, failure in data.failures.items()}
    return replace(data, files=files, failures=failures)


def decisions(analysis):
    return [
        (
            candidate.result.point,
            candidate.membership,
            candidate.probability,
            candidate.violates,
            candidate.uncertain,
            {objective: (figure.low, figure.high, figure.kind) for objective, figure in candidate.estimates.items()},
            [note.kind for note in candidate.result.notes],
        )
        for candidate in analysis.candidates
    ]


def energy_scopes(analysis):
    return {figures[ENERGY].scope for candidate in analysis.candidates if ENERGY in (figures := candidate.estimates)}


@pytest.mark.parametrize(
    ("device", "kind"), [("host", EstimateKind.COMPUTING_ALONE), ("raspberry-pi-5", EstimateKind.WHOLE_DEVICE)]
)
def test_other_words_decide_nothing(data, monkeypatch, device, kind):
    profile, target = find_target(device, "")
    limits = Limits({ENERGY: 1e-6, LATENCY: 1.1e-3})
    before = analyse(data, device=profile, target=target).under(limits)
    reworded = analyse(reword(data, monkeypatch), device=profile, target=target).under(limits)
    assert decisions(reworded) == decisions(before)
    assert [excluded.host_point for excluded in reworded.excluded] == [
        excluded.host_point for excluded in before.excluded
    ]
    assert any(ENERGY in c.estimates and c.estimates[ENERGY].kind is kind for c in before.candidates)
    assert {note.kind for candidate in before.candidates for note in candidate.result.notes} == set(NoteKind)
    assert energy_scopes(before) and energy_scopes(before).isdisjoint(energy_scopes(reworded))
