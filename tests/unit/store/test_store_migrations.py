"""New tables and those that the migrations make are the same as in code, and versions are respected."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ProgrammingError

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, StoreError
from odviz.domain.model import Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.execution.predictions import key_of
from odviz.serialization import from_json, to_json
from odviz.store import PredictionsKey, Store, migrate, open_store
from odviz.store.schema import REVISION, benchmark, metadata
from tests.fakes import point

ON_SQLITE = pytest.mark.parametrize("any_url", ["file_url"], indirect=True)
"""For cells of another type than their column, and for bytes of a file."""

Older = Callable[[str], AbstractContextManager[Connection]]


@pytest.fixture
def url(any_url: str) -> str:
    return any_url


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    return ScriptDirectory.from_config(config)


def at_revision(url: str, revision: str) -> None:
    with open_store(url) as store, store._writing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def differences(store: Store) -> object:
    """What differs between the tables of a database and those of the code."""
    with store._reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def constraints(store: Store) -> dict[str, object]:
    """Keys and indexes of each table, with their names."""
    with store._reading() as connection:
        inspector = inspect(connection)
        return {
            table: (
                inspector.get_pk_constraint(table),
                inspector.get_foreign_keys(table),
                sorted(inspector.get_indexes(table), key=lambda index: str(index["name"])),
            )
            for table in sorted(inspector.get_table_names())
        }


def test_a_new_database_has_the_tables_that_the_code_knows(store: Store) -> None:
    assert differences(store) == []


def test_migrations_make_the_same_tables_as_a_new_database_has(url: str, older: Older) -> None:
    with older("odviz_0001"):
        pass
    with open_store(url) as upgraded:
        assert differences(upgraded) == []
        expected = constraints(upgraded)
        assert "alembic_version" in expected
        with upgraded._writing() as connection:
            metadata.drop_all(connection)
            migrate._VERSION.drop(connection)
    with open_store(url) as new:
        assert constraints(new) == expected


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert scripts().get_heads() == [REVISION]
    assert all(script.revision.startswith("odviz_") for script in scripts().walk_revisions())


def test_what_an_older_odviz_stored_is_there_after_the_newer_tables_came(url: str, older: Older) -> None:
    with older("odviz_0001") as connection:
        connection.exec_driver_sql(
            "INSERT INTO benchmark (id, place, created, task, plan, state, cancel_requested, environment) "
            """VALUES ('old', 1, '2026-01-01 00:00:00', 't', '{"task": "t", "models": ["m"], "recipes": [], """
            """"runtimes": ["null"]}', 'done', FALSE, '{}')"""
        )
        connection.execute(
            text("INSERT INTO point (benchmark, position, point) VALUES ('old', 0, :point)"), {"point": to_json(POINT)}
        )
    with open_store(url) as store:
        before = store.load("old")
        store.reopen("old")
        assert store.withdraw("old")
        assert store.load("old") == before


MADE, OTHER, DELETED, FAILED = (letter * 64 for letter in "abcd")
POINT = OperatingPoint(
    Variant("t", "m", parse_recipe("int8-static"), "tflite"), Target(HOST, "litert", "cpu", 2, Precision.INT8)
)


def environment_of(cpu: str, flags: Sequence[str] | None = ("avx2",)) -> dict[str, object]:
    return {"architecture": "x86_64", "cpu": cpu, "flags": flags, "runtimes": {"litert": "1"}, "data_sha256": "d"}


def recorded(environment: dict[str, object]) -> BenchmarkEnvironment:
    return from_json(BenchmarkEnvironment, json.dumps(environment))


def benchmark_of(connection: Connection, number: int | str, environment: object) -> None:
    """A benchmark; an environment that is text or bytes is stored as it is, any other as JSON."""
    connection.execute(
        text(
            "INSERT INTO benchmark (id, place, created, task, plan, state, cancel_requested, environment) "
            "VALUES (:id, 1, '2026-01-01 00:00:00', 't', '{}', 'done', FALSE, :environment)"
        ),
        {"id": number, "environment": environment if isinstance(environment, str | bytes) else json.dumps(environment)},
    )


def used(
    connection: Connection, number: int | str, key: object = POINT.key, sha256: str = MADE, failure: str | None = None
) -> None:
    """A run of a benchmark that used predictions."""
    connection.execute(
        text(
            'INSERT INTO run (benchmark, "key", stage, launch, sha256, started, ended, failure) VALUES '
            "(:id, :key, 'accuracy', 0, :sha256, '2026-01-01 00:00:00', '2026-01-01 00:00:01', :failure)"
        ),
        {"id": number, "key": key, "sha256": sha256, "failure": failure},
    )


def predicted(connection: Connection, sha256: str = MADE) -> None:
    """A row of predictions."""
    connection.execute(
        text("INSERT INTO answers VALUES (:sha256, 'litert', '1', 'd', 2, 3, :predicted, :correct, 0, :nothing)"),
        {"sha256": sha256, "predicted": bytes((0, 1, 2)), "correct": b"\xa0", "nothing": b""},
    )


def test_predictions_are_copied_for_every_processor_that_shows_them_and_none_is_lost(url: str, older: Older) -> None:
    environments = [
        environment_of("X"),
        environment_of("Y"),
        environment_of("X"),
        {**environment_of(""), "architecture": ""},
    ]
    environments[-1]["flags"] = None  # it was not recorded
    with older("odviz_0002") as connection:
        for number, environment in enumerate((*environments, environment_of("Z"))):
            benchmark_of(connection, number, environment)
            used(connection, number, sha256=FAILED, failure="{}")
            for sha256 in [MADE, OTHER][: 2 if number < 2 else int(environment in environments)]:
                used(connection, number, sha256=sha256)
        for sha256 in (MADE, OTHER, DELETED, FAILED):
            predicted(connection, sha256)
    with open_store(url) as store:
        for environment in environments:
            kept = store.find_predictions(key_of(POINT, MADE, recorded(environment)))
            assert kept is not None
            assert (kept.metric, kept.scores.tolist(), kept.outputs) == ("top1", [True, False, True], None)
        assert store.find_predictions(key_of(POINT, MADE, recorded(environment_of("Z")))) is None
        assert [
            store.find_predictions(key_of(POINT, OTHER, recorded(environment))) is None for environment in environments
        ] == [
            False,
            False,
            False,
            True,
        ]
        wanted = key_of(POINT, MADE, recorded(environments[0]))
        for sha256 in (DELETED, FAILED):
            assert store.find_predictions(replace(wanted, sha256=sha256)) is None
            assert store.find_predictions(replace(wanted, sha256=sha256, processor="")) is not None


@ON_SQLITE
@pytest.mark.parametrize(
    "cell",
    [
        "{oops",
        "[]",
        b"\xff",
        b"{}",
        "[" * 100_000,
        '{"runtimes": null}',
        '{"runtimes": []}',
        '{"runtimes": {"litert": ["1"]}, "data_sha256": "d"}',
        '{"runtimes": {"litert": "1"}, "data_sha256": null}',
        '{"runtimes": {"litert": "1"}, "data_sha256": "d", "cpu": "\\ud800"}',
        '{"runtimes": {"litert": "1"}, "data_sha256": {}, "flags": 1}',
    ],
)
def test_a_damaged_environment_keeps_no_other_benchmark_from_being_brought_over(
    url: str, older: Older, cell: str | bytes
) -> None:
    sound = environment_of("a", flags=None)
    with older("odviz_0002") as connection:
        benchmark_of(connection, 1, cell)
        benchmark_of(connection, 2, sound)
        for number, key in enumerate((POINT.key, POINT.key.encode(), POINT.key.replace("/2t/", f"/{'9' * 5000}t/"))):
            used(connection, 1 + bool(number), key)
        used(connection, 2)
        predicted(connection)
    with open_store(url) as store:
        assert store.find_predictions(key_of(POINT, MADE, recorded(sound))) is not None


LOGITS = np.arange(6, dtype="<f4").reshape(3, 2)


def with_right_answers(connection: Connection, **cells: object) -> PredictionsKey:
    """A row of predictions of three items, with these cells."""
    connection.execute(
        text(
            "INSERT INTO answers VALUES ('s', 'litert', '1', 'd', 2, :items, :empty, :correct, :classes, :logits, '')"
        ),
        {
            "items": 3,
            "empty": b"",
            "correct": b"\xa0",
            "classes": 2,
            "logits": zlib.compress(LOGITS.tobytes()),
            **cells,
        },
    )
    return PredictionsKey("s", "litert", "1", "d", 2, "")


def test_right_answers_and_logits_become_scores_and_outputs(url: str, older: Older) -> None:
    with older("odviz_0004") as connection:
        key = with_right_answers(connection)
    with open_store(url) as store:
        stored = store.find_predictions(key)
        assert stored is not None and stored.outputs is not None
        assert (stored.metric, stored.scores.tolist()) == ("top1", [True, False, True])
        np.testing.assert_array_equal(stored.outputs[0], LOGITS)


def check_that_they_are_refused(url: str, older: Older, cells: dict[str, object]) -> None:
    with older("odviz_0004") as connection:
        key = with_right_answers(connection, **cells)
    with open_store(url) as store, pytest.raises(Damaged):
        store.find_predictions(key)


@pytest.mark.parametrize("cells", [{"correct": b""}, {"logits": b"x"}, {"classes": 3}])
def test_damaged_answers_are_refused_after_the_migration(url: str, older: Older, cells: dict[str, object]) -> None:
    check_that_they_are_refused(url, older, cells)


@ON_SQLITE
@pytest.mark.parametrize("cells", [{"correct": "text"}, {"items": "many"}])
def test_answers_of_another_type_are_refused_after_the_migration(
    url: str, older: Older, cells: dict[str, object]
) -> None:
    check_that_they_are_refused(url, older, cells)


def test_stored_failures_and_previous_states_get_the_new_words(url: str, older: Older) -> None:
    failure = '{"kind": "wrong-answers", "reason": "r", "detail": ""}'
    previous = f'{{"state": "failed", "failure": {failure}, "position": 7, "started": null, "ended": null}}'
    with older("odviz_0004") as connection:
        for identity, cell in (("sound", previous), ("damaged", "{oops")):
            benchmark_of(connection, identity, {})
            connection.execute(
                text("UPDATE benchmark SET failure = :failure, former = :former WHERE id = :id"),
                {"id": identity, "failure": failure, "former": cell},
            )
            used(connection, identity, failure=failure)
    with open_store(url) as store, store._reading() as connection:
        for table in ("benchmark", "run"):
            kinds = {json.loads(cell)["kind"] for (cell,) in connection.execute(text(f"SELECT failure FROM {table}"))}
            assert kinds == {"wrong-predictions"}
        cells = dict(connection.execute(text("SELECT id, previous_state FROM benchmark")).all())
    assert cells["damaged"] == "{oops"
    state = json.loads(cells["sound"])
    assert (state["queue_position"], state["failure"]["kind"]) == (7, "wrong-predictions")
    assert "position" not in state


def test_what_was_stored_without_points_is_removed_and_nothing_else(url: str, older: Older) -> None:
    with older("odviz_0006") as connection:
        for identity in ("empty", "points", "runs"):
            connection.execute(
                text(
                    "INSERT INTO benchmark (id, queue_position, created, task, plan, state, cancel_requested, "
                    "environment) VALUES (:id, 1, '2026-01-01 00:00:00', 't', '{}', 'queued', FALSE, '{}')"
                ),
                {"id": identity},
            )
        connection.execute(text("INSERT INTO point (benchmark, position, point) VALUES ('points', 0, '{}')"))
        used(connection, "runs")
    with open_store(url) as store, store._reading() as connection:
        assert set(connection.execute(text("SELECT id FROM benchmark")).scalars()) == {"points", "runs"}


def test_opening_again_migrates_nothing_and_does_not_even_load_alembic(
    url: str, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
    monkeypatch.setattr(migrate, "_upgrade", None)
    monkeypatch.setattr(migrate, "_create", None)
    with open_store(url) as store:
        assert store.load(mine).plan == plan


@ON_SQLITE
def test_a_database_from_a_newer_odviz_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    at_revision(url, "odviz_9999")
    before = (tmp_path / "odviz.db").read_bytes()
    with pytest.raises(StoreError, match=f"odviz_9999.*{REVISION}"):
        open_store(url)
    assert (tmp_path / "odviz.db").read_bytes() == before


def test_another_programs_database_is_refused(url: str) -> None:
    at_revision(url, "ae1027a6acf")
    with pytest.raises(StoreError, match="another program"):
        open_store(url)


def test_a_new_database_needs_no_migration(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_upgrade", None)
    with open_store(url) as store:
        assert store.benchmarks() == ()


@pytest.mark.parametrize("step", ["_create", "_upgrade"])
def test_who_comes_second_without_a_lock_looks_again(
    url: str, older: Older, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if step == "_upgrade":
        with older("odviz_0001"):
            pass
    made = getattr(migrate, step)

    def beaten(*args: object) -> None:
        made(*args)
        raise ProgrammingError("CREATE TABLE benchmark", {}, Exception("already there"))

    monkeypatch.setattr(migrate, step, beaten)
    with open_store(url) as store:
        assert store.benchmarks() == ()


def test_a_migration_that_fails_leaves_nothing_half_done(
    url: str, older: Older, monkeypatch: pytest.MonkeyPatch
) -> None:
    with older("odviz_0001"):
        pass
    monkeypatch.setattr("alembic.op.create_index", lambda *args: 1 / 0)
    with pytest.raises(StoreError, match="ZeroDivisionError"):
        open_store(url)
    monkeypatch.undo()
    with open_store(url) as store:
        assert store.benchmarks() == ()


def test_a_creation_that_fails_leaves_nothing_half_done(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def create_some(connection: Connection, checkfirst: bool) -> None:
        benchmark.create(connection, checkfirst)
        raise ZeroDivisionError

    monkeypatch.setattr(metadata, "create_all", create_some)
    with pytest.raises(StoreError, match="ZeroDivisionError"):
        open_store(url)
    monkeypatch.undo()
    with open_store(url) as store:
        assert store.benchmarks() == ()
