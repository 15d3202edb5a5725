import numpy as np
import pytest

from odviz.analysis import benchmark_data
from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.item_groups import KnownItems
from odviz.domain.errors import Damaged
from odviz.domain.estimate import Provenance
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Note, NoteKind, State
from odviz.execution import energy as energy_phase
from odviz.execution.executor import execute
from odviz.objectives import LATENCY
from odviz.objectives.groups import group_items
from tests.fakes import TOY, World, point


def load(store, benchmark):
    return summarise(load_benchmark_data(store, benchmark))


def test_figures_are_estimates_with_their_provenance(store, measured):
    world = World(accuracy={"fp32": 0.9, "int8-static": 0.88}, ns={"fp32": 2_000_000, "int8-static": 1_000_000})
    result = load(store, measured(world, "int8-static"))
    parent, own = result.points
    assert result.state is State.DONE
    assert parent.accuracy.value.value == pytest.approx(0.9)
    assert parent.accuracy.difference is None and parent.latency.speedup is None
    assert own.accuracy.difference.value == pytest.approx(-0.02)
    assert own.accuracy.agreement.value == pytest.approx(0.98)
    assert own.latency.p50.value == pytest.approx(1e-3, rel=0.01)
    assert own.latency.speedup.value == pytest.approx(2.0, rel=0.01)
    assert own.memory.value == 2_000_000
    assert own.latency.p50.provenance is Provenance.MEASURED
    assert own.facts.parameters == 100 and own.notes == (Note(NoteKind.COMPRESSION, "made by int8-static"),)


def test_energy_without_a_meter_is_a_modelled_range(store, measured):
    energy = load(store, measured()).points[0].energy
    assert energy.provenance is Provenance.MODELLED and energy.value is None and 0 < energy.low < energy.high


def metered(store, measured, monkeypatch, *processes):
    """The energy of one point from so many processes, each with its windows."""
    monkeypatch.setattr(energy_phase, "first_meter", object)
    world = World(joules=list(processes))
    benchmark = measured(world)
    for _ in processes[1:]:
        store.reopen(benchmark)
        execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    return load(store, benchmark).points[0].energy


def test_metered_energy_of_one_process_says_that_it_is_one(store, measured, monkeypatch):
    energy = metered(store, measured, monkeypatch, (0.4, 0.5, 0.9))
    assert (energy.value, energy.low, energy.high, energy.unit) == (pytest.approx(0.6), 0.4, 0.9, "J")
    assert (energy.n, energy.level, energy.provenance) == (1, 1.0, Provenance.MEASURED)
    assert energy.scope == "scripted: everything, above idle; one process only: its spread is unknown"


def test_metered_energy_of_several_processes_counts_each_once(store, measured, monkeypatch):
    energy = metered(store, measured, monkeypatch, (0.4, 0.5, 0.9), (0.8,))
    assert (energy.value, energy.n, energy.level) == (pytest.approx(0.7), 2, 0.95)
    assert energy.high - energy.low > 1  # two processes say little of a third: Student's t has one degree of freedom
    assert energy.scope == "scripted: everything, above idle"


def test_metered_energy_below_idle_is_none(store, measured, monkeypatch):
    energy = metered(store, measured, monkeypatch, (-0.4, 0.2))
    assert (energy.value, energy.low, energy.high) == (0.0, 0.0, 0.2)


def test_wrong_answers_show_their_accuracy_and_no_speed(store, measured):
    result = load(store, measured(World(accuracy={"int8-dynamic": 0.25}), "int8-dynamic"))
    broken = result.points[1]
    assert broken.failure.kind is FailureKind.WRONG_PREDICTIONS
    assert broken.accuracy.value.value == pytest.approx(0.25)
    assert broken.latency is None and broken.memory is None and not broken.usable


def test_a_prefix_of_the_id_is_enough(store, measured):
    benchmark = measured()
    assert load(store, benchmark[:5]).id == benchmark


def test_recent_lists_newest_first(store, measured):
    first, second = measured(), measured()
    assert [record.id for record in store.benchmarks()] == [second, first]
    assert store.benchmarks(task="other") == ()


def test_a_benchmark_that_is_only_queued_has_points_and_no_figures(store):
    from tests.fakes import plan

    benchmark = store.create_benchmark(plan(), [point()])
    (only,) = load(store, benchmark).points
    assert only.accuracy is None and only.latency is None and not only.usable


def test_each_source_of_the_items_has_its_accuracy(store, measured, monkeypatch):
    groups = group_items("people", ["ann", "bob"] * 100)
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(groupings=(groups,)))
    accuracy = load(store, measured(World(accuracy={"fp32": 0.9}))).points[0].accuracy
    assert {name: estimate.n for name, estimate in accuracy.groups.items()} == {"ann": 100, "bob": 100}
    assert np.mean([each.value for each in accuracy.groups.values()]) == pytest.approx(accuracy.value.value)


def test_intervals_are_for_new_sources(store, measured, monkeypatch):
    benchmark = measured(World(accuracy={"fp32": 0.9, "int8-static": 0.8}))
    by_item = load(store, benchmark).points
    groups = group_items("people", np.repeat(["ann", "bob", "cid", "dan"], [80, 60, 40, 20]))
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(groupings=(groups,)))
    by_person = [result.accuracy for result in load(store, benchmark).points]
    for old, new in zip((result.accuracy for result in by_item), by_person, strict=True):
        assert new.value.value == old.value.value
        assert new.value.high - new.value.low != old.value.high - old.value.low
        assert "4 people" in new.value.scope and "people" not in old.value.scope
        if new.difference:
            assert new.difference.value == old.difference.value and new.difference != old.difference
            assert "4 people" in new.difference.scope and "4 people" in new.agreement.scope


def test_intervals_are_over_items_where_the_groups_are_all_that_there_are(store, measured, monkeypatch):
    benchmark = measured(World())
    by_item = load(store, benchmark).points[0].accuracy
    groups = group_items("age bands", ["under 25", "25 and over"] * 100, fixed=True)
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(groupings=(groups,)))
    accuracy = load(store, benchmark).points[0].accuracy
    assert accuracy.value == by_item.value and groups.sources is None and not groups.reach
    assert {name: estimate.n for name, estimate in accuracy.groups.items()} == {"under 25": 100, "25 and over": 100}


def test_classes_are_no_sources(store, measured, monkeypatch):
    groups = group_items("classes", ["cat", "dog"] * 100, by_class=True)
    monkeypatch.setattr(benchmark_data, "known_items", lambda *_: KnownItems(groupings=(groups,)))
    assert not load(store, measured(World())).points[0].accuracy.groups


def test_what_is_damaged_is_named_and_hides_no_other_measurement(store, measured):
    first, second = measured(None, "int8-static"), measured(None, "int8-static")
    with store._writing() as connection:
        connection.exec_driver_sql(f"UPDATE run SET stage = 'zz' WHERE benchmark = '{first}'")
    with pytest.raises(Damaged, match=f"{first}.*stage"):
        load_benchmark_data(store, first)
    assert load(store, second).points[0].latency
    with store._writing() as connection:
        connection.exec_driver_sql(f"UPDATE benchmark SET plan = '' WHERE id = '{first}'")
    assert [each.id for each in store.benchmarks()] == [second]
    assert [each.id for each in store.listed()] == [second, first]


def test_damaged_answers_are_said_and_asked_for_anew_when_it_goes_on(store, measured):
    mine = measured(None, "int8-static")
    before = load(store, mine).points[0].accuracy
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE predictions SET outputs = x'00'")
    with pytest.raises(Damaged, match=f"{mine}.*predictions"):
        load_benchmark_data(store, mine)
    store.reopen(mine)
    execute(store, mine, TOY, lambda _: None, make_child=World().child)
    assert load(store, mine).points[0].accuracy == before


@pytest.mark.parametrize("do", ["measure_memory", "measure_energy", "time_block"])
def test_one_run_that_failed_leaves_a_variant_its_figures_and_is_said_beside_them(store, measured, monkeypatch, do):
    monkeypatch.setattr(energy_phase, "first_meter", lambda: None)
    crash = Failure(FailureKind.CRASH, "It fell over.")
    before = {"measure_memory": 1, "time_block": 4, "measure_energy": 0}[do]  # requests that succeed
    faults = [None] * before + [crash]
    mine = measured(World(faults={("int8-static", do): faults}), "int8-static")
    own = load(store, mine).points[1]
    assert own.usable and own.failure is None
    assert (own.notes[-1].kind, own.notes[-1].failure) == (NoteKind.RUN_FAILED, crash)
    assert own.memory is not None
    candidate = analyse(load_benchmark_data(store, mine)).candidates[1]
    assert LATENCY in candidate.membership
    assert candidate.missing == {}


def test_a_variant_that_was_never_timed_has_no_figures(store, measured):
    crash = Failure(FailureKind.CRASH, "It fell over.")
    own = load(store, measured(World(faults={("int8-static", "time_block"): crash}), "int8-static")).points[1]
    assert not own.usable and own.failure == crash
