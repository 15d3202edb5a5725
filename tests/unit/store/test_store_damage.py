"""Cells with values that odviz never writes, in a file that SQLite accepts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import create_engine

from odviz.domain.errors import Damaged, StoreError, UnknownName
from odviz.domain.model import Artifact, GraphFacts, Layout
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BackgroundLoad, Block, Stage, State
from odviz.store import (
    DamagedRecord,
    Owner,
    Predictions,
    PredictionsKey,
    Reading,
    Store,
    StoredArtifact,
    is_abandoned,
    open_store,
)
from tests.fakes import point

KEY = PredictionsKey("a" * 64, "onnxruntime", "1.31.0", "d" * 64, 1, "x86_64 some processor avx2")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """PostgreSQL refuses such cells itself."""
    return sqlite_store


def execute(store: Store, statement: str) -> None:
    with store._writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def mine(store: Store, plan: BenchmarkPlan) -> str:
    """A benchmark with a block and a reading of each kind."""
    new = store.create_benchmark(plan, [point()])
    store.claim(Owner.here(), new)
    run = store.start_run(new, "p", Stage.LATENCY)
    store.add_blocks([(run, Block(0, 0, (5, 6), 4))])
    store.end_run(run)
    store.add_background(new, BackgroundLoad(0, 2.0, 0.1))
    memory_run, energy_run = store.start_run(new, "p", Stage.MEMORY), store.start_run(new, "p", Stage.ENERGY)
    store.add_reading(memory_run, Reading(30e6, 10e6, "B", "VmHWM"))
    store.add_reading(energy_run, Reading(-0.001, 0.0, "J", "above an idle machine"))
    store.set_state(new, State.DONE)
    return new


@pytest.mark.parametrize(
    ("change", "keyword"),
    [
        ("plan = substr(plan, 1, 50)", "the plan"),
        ("plan = x'00'", "the plan"),
        ("plan = cast(x'7b22ff' as text)", "the plan"),
        ("plan = replace(plan, '\"seed\": 0', '\"seed\": -1')", "seed"),
        ("plan = replace(plan, '\"time_s\": 120.0', '\"time_s\": 1e999')", "Number out of range"),
        ("plan = replace(plan, '\"time_s\": 120.0', '\"time_s\": NaN')", "JSON is malformed"),
        ("environment = '['", "the environment"),
        ("failure = 'x'", "the failure"),
        ("created = 'garbage'", "created"),
        ("created = 5", "created"),
        ("started = '0001-01-01 00:00:00'", "started"),
        ("ended = x'ff'", "ended"),
        ("state = 'exploded'", "state"),
        ("name = 'a' || char(27)", "the name"),
        ("tags = '[1]'", "the name, tags or note"),
        ("note = x'ff'", "the name, tags or note"),
    ],
)
def test_a_damaged_record_can_be_deleted_and_hides_no_other(
    store: Store, plan: BenchmarkPlan, mine: str, change: str, keyword: str
) -> None:
    intact = store.create_benchmark(plan, [point()])
    execute(store, f"UPDATE benchmark SET {change} WHERE id = '{mine}'")
    assert store.recover() == ()
    assert [record.id for record in store.benchmarks()] == [intact]
    record, damaged = store.listed()
    assert (record.id, damaged.id) == (intact, mine)
    assert isinstance(damaged, DamagedRecord) and keyword in damaged.reason
    assert f"`odviz delete {mine}`" in damaged.reason
    with pytest.raises(Damaged) as error:
        store.load(mine)
    assert error.value.benchmark == mine
    assert store.identify(mine[:5]) == mine
    store.delete(mine)
    assert [record.id for record in store.listed()] == [intact]
    with pytest.raises(UnknownName):
        store.identify(mine)


@pytest.mark.parametrize(
    "change", ["started = 'x'", "previous_state = '{'", "owner_pid = 'abc'", "owner_host = NULL, started = 'x'"]
)
def test_a_damaged_benchmark_does_not_keep_recover_from_the_others(
    store: Store, plan: BenchmarkPlan, change: str
) -> None:
    lost, intact = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    store.claim(Owner(Owner.here().host, Owner.here().pid, "another boot/1"), lost)
    execute(store, f"UPDATE benchmark SET {change} WHERE id = '{lost}'")
    store.recover()
    assert intact in [record.id for record in store.benchmarks()]


@pytest.mark.parametrize("change", ["owner_pid = cast(x'610062' as text)", "owner_birth = x'ff'"])
def test_a_damaged_owner_counts_as_none(store: Store, plan: BenchmarkPlan, change: str) -> None:
    mine = store.create_benchmark(plan, [point()])
    execute(store, f"UPDATE benchmark SET {change}")
    assert store.load(mine).owner is None
    assert is_abandoned(store.load(mine))


def blocks(store: Store, mine: str) -> object:
    return store.blocks(mine)


def memory(store: Store, mine: str) -> object:
    return store.readings(mine, "B")


def energy(store: Store, mine: str) -> object:
    return store.readings(mine, "J")


def background(store: Store, mine: str) -> object:
    return store.background(mine)


def runs(store: Store, mine: str) -> object:
    return store.runs(mine)


@pytest.mark.parametrize(
    ("table", "change", "read", "keyword"),
    [
        ("sample", "wall_ns = x'0102030405'", blocks, "wall_ns"),
        ("sample", "wall_ns = x''", blocks, "wall_ns"),
        ("sample", "cpu_ns = x''", blocks, "cpu_ns"),
        ("sample", "reference_ns = -5", blocks, "reference_ns"),
        ("sample", "wall_ns = zeroblob(16)", blocks, "wall_ns"),
        ("sample", "wall_ns = x'ffffffffffffffffffffffffffffffff'", blocks, "wall_ns"),
        ("sample", "wall_ns = 'text'", blocks, "wall_ns"),
        ("sample", "round = -1", blocks, "round"),
        ("background", "load = '[]'", background, "launch 0"),
        ("run", "stage = 'zz'", runs, "stage"),
        ("run", "launch = 'x'", runs, "launch"),
        ("run", "started = 'x'", runs, "started"),
        ("run", "failure = '{'", runs, "the failure of run"),
        ("run", "\"key\" = x'00'", runs, "key"),
        ("reading", "value = 'abc'", memory, "value"),
        ("reading", "value = 1e999", memory, "value"),
        ("reading", "value = -5e9", memory, "baseline"),
        ("reading", "baseline = -1", memory, "baseline"),
        ("reading", "unit = 'J'", memory, "unit"),
        ("reading", "method = x'00'", memory, "method"),
        ("reading", "value = 1e999", energy, "value"),
    ],
)
def test_impossible_cells_are_refused_with_their_column(
    store: Store, mine: str, table: str, change: str, read: Callable[[Store, str], object], keyword: str
) -> None:
    read(store, mine)  # energy above an idle machine may be below zero
    execute(store, f"UPDATE {table} SET {change}")
    with pytest.raises(Damaged, match=f"{keyword}.*`odviz delete {mine}`") as error:
        read(store, mine)
    assert error.value.benchmark == mine


def test_a_damaged_point_is_refused(store: Store, mine: str) -> None:
    execute(store, f"UPDATE point SET point = '{{' WHERE benchmark = '{mine}'")
    with pytest.raises(Damaged, match="a point") as error:
        store.points(mine)
    assert error.value.benchmark == mine


@pytest.mark.parametrize(
    "change",
    [
        "outputs = x'00'",
        "outputs = substr(outputs, 1, 30)",
        "outputs = 'text'",
        "scores = x''",
        "scores = outputs",
        "scores = substr(scores, 1, length(scores) - 1)",
        "metric = x'00'",
    ],
)
def test_damaged_predictions_are_refused_and_can_be_saved_again(store: Store, change: str) -> None:
    predictions = Predictions("top1", np.ones(101, bool), (np.zeros((101, 2), np.float32), np.zeros((101, 3))))
    store.save_predictions(KEY, predictions)
    execute(store, f"UPDATE predictions SET {change}")
    with pytest.raises(Damaged, match=r"aaaaaaaa.*onnxruntime.*odviz resume"):
        store.find_predictions(KEY)
    store.save_predictions(KEY, predictions)
    assert store.find_predictions(KEY) is not None


def test_scores_of_other_items_than_the_outputs_are_refused(store: Store) -> None:
    store.save_predictions(KEY, Predictions("top1", np.ones(101, bool), (np.zeros((100, 2), np.float32),)))
    with pytest.raises(Damaged):
        store.find_predictions(KEY)


def test_damaged_facts_of_a_file_are_refused(store: Store) -> None:
    facts = GraphFacts(100, 90, 25, 20, 1000, None, 0.5, 2, {"Conv": 2})
    store.save_artifact(StoredArtifact("v", Artifact("/a.onnx", "a", 100, "onnx", Layout.TOKENS), facts))
    execute(store, "UPDATE artifact SET facts = '{}'")
    with pytest.raises(Damaged, match="the file of v"):
        store.find_artifact("v", "a")


def test_a_missing_version_is_an_error_whose_remedy_works(any_url: str, plan: BenchmarkPlan) -> None:
    with open_store(any_url) as store:
        mine = store.create_benchmark(plan, [point()])
        execute(store, "DELETE FROM alembic_version")
    with pytest.raises(StoreError, match="alembic_version") as error:
        open_store(any_url)
    engine = create_engine(any_url)
    with engine.begin() as connection:
        for statement in str(error.value).split('"')[1].split(";"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    with open_store(any_url) as store:
        assert store.load(mine).plan == plan


def test_a_missing_table_is_an_error_that_promises_nothing(any_url: str) -> None:
    with open_store(any_url) as store:
        execute(store, "DROP TABLE predictions")
        with pytest.raises(StoreError, match=r"predictions.*another program") as error:
            store.find_predictions(KEY)
    assert "kept" not in str(error.value)
