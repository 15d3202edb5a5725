"""A database or disk that refuses: the error names the remedy, and what was stored is kept."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import event

from odviz.domain.errors import StoreError
from odviz.domain.failure import FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Block, Stage, State
from odviz.store import Store, engine, open_store
from odviz.store.engine import SYNCHRONOUS
from tests.fakes import point

PAGE = 4096


def fill(store: Store, plan: BenchmarkPlan, most: int = 20_000) -> tuple[str, int]:
    """Add blocks until the disk is full; returns the benchmark and the number of stored blocks."""
    mine = store.create_benchmark(plan, [point()])
    number = store.start_run(mine, "p", Stage.LATENCY)
    stored = 0
    with pytest.raises(StoreError, match=r"disk is full.* kept.* Free"):
        for stored in range(most):
            store.add_blocks([(number, Block(0, stored, (1 + stored,) * 500, 1))])
    return mine, stored


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode
    ):
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.fixture
def folder_of_others() -> Iterator[Path]:
    """A folder that may be read but not written to, also where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user who is not root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def lost_benchmark(path: Path, plan: BenchmarkPlan, killed: bool) -> str:
    """A database with a running benchmark whose process has ended, or was killed with the database open."""
    program = "import os, sys; from odviz.store import Owner, open_store; store = open_store(sys.argv[1]); "
    program += "store.claim(Owner.here()); " + ("os._exit(9)" if killed else "store.close()")
    with open_store(f"sqlite:///{path}") as store:
        mine = store.create_benchmark(plan, [point()])
    subprocess.run([sys.executable, "-c", program, f"sqlite:///{path}"], check=not killed)
    assert path.with_name("odviz.db-wal").exists() is killed
    return mine


def check_that_it_is_read_but_not_changed(path: Path, mine: str, keyword: str) -> None:
    with open_store(f"sqlite:///{path}") as store:
        for _ in range(2):
            record = store.load(mine[:4])
            assert record.id == store.identify(mine[:4]) == mine and store.listed() == (record,)
            assert record.state is State.FAILED  # though that cannot be recorded
            assert record.failure is not None and record.failure.kind is FailureKind.INTERRUPTED
            assert store.points(mine) == (point(),)
            for change in (store.delete, store.reopen, store.request_cancel):  # not "it is running"
                with pytest.raises(StoreError, match=keyword):
                    change(mine)


def test_a_new_database_and_its_folder_are_for_this_user_alone(home: Path, plan: BenchmarkPlan) -> None:
    with open_store() as store:
        store.create_benchmark(plan, [point()])
        files = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert files == dict.fromkeys(("odviz.db", "odviz.db-wal", "odviz.db-shm"), 0o600)


def test_a_full_disk_keeps_what_was_stored(small_disk: Path, plan: BenchmarkPlan) -> None:
    url = f"sqlite:///{small_disk / 'odviz.db'}"
    with open_store(url) as store:
        mine, stored = fill(store, plan)
        assert len(store.blocks(mine)["p"]) == stored > 5
    with open_store(url) as store:
        assert [block.round for block in store.blocks(mine)["p"]] == list(range(stored))


def test_a_database_that_may_not_grow_keeps_what_was_stored(url: str, plan: BenchmarkPlan) -> None:
    with open_store(url) as store:
        store.close()  # so that every connection is a new one, with the limit
        event.listen(store._reader, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 60"))
        mine, stored = fill(store, plan)
        assert len(store.blocks(mine)["p"]) == stored > 5


def test_a_benchmark_is_stored_with_all_of_its_points_or_not_at_all(url: str, plan: BenchmarkPlan) -> None:
    points = [point(f"prune:{percent}%") for percent in range(10, 90)]
    stored = []
    with open_store(url) as store:
        store.close()
        event.listen(store._reader, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 90"))
        with pytest.raises(StoreError, match="disk is full"):
            for _ in range(100):
                stored.append(store.create_benchmark(plan, points))
        assert stored and {record.id for record in store.benchmarks()} == set(stored)
        assert all(len(store.points(benchmark)) == len(points) for benchmark in stored)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "odviz.db"
    with pytest.raises(StoreError, match=f"{re.escape(str(path))} cannot be opened"):
        open_store(f"sqlite:///{path}")
    assert not path.parent.exists()


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_read_only_folder_is_refused(folder_of_others: Path) -> None:
    folder_of_others.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{folder_of_others / 'odviz.db'}")


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_database_is_read(
    folder_of_others: Path, plan: BenchmarkPlan, folder_mode: int, killed: bool
) -> None:
    path = folder_of_others / "odviz.db"
    mine = lost_benchmark(path, plan, killed)
    for file in folder_of_others.iterdir():
        file.chmod(0o444)
    folder_of_others.chmod(folder_mode)
    with unprivileged():
        check_that_it_is_read_but_not_changed(path, mine, r"not (be )?written to")


@pytest.mark.parametrize("killed", [False, True])
def test_a_database_on_a_full_disk_is_read_and_changed_once_there_is_space(
    small_disk: Path, plan: BenchmarkPlan, killed: bool
) -> None:
    path, filler = small_disk / "odviz.db", small_disk / "filler"
    mine = lost_benchmark(path, plan, killed)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))
    check_that_it_is_read_but_not_changed(path, mine, "full|disk reported")
    with open_store(f"sqlite:///{path}") as store:
        filler.unlink()
        assert store.load(mine).state is State.FAILED
        store.delete(mine)
        assert store.listed() == ()


def test_a_file_that_is_not_a_database_stays_as_it_was(url: str, tmp_path: Path) -> None:
    path = tmp_path / "odviz.db"
    path.write_text("my holiday plans\n" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_store(url)
    assert path.read_text() == "my holiday plans\n" * 1000


@pytest.mark.parametrize("first_bad_byte", [100, 2 * PAGE], ids=["the list of tables", "the rows"])
def test_a_damaged_file_stays_as_it_was(url: str, tmp_path: Path, plan: BenchmarkPlan, first_bad_byte: int) -> None:
    with open_store(url) as store:
        for _ in range(50):
            store.create_benchmark(plan, [point()])
    path = tmp_path / "odviz.db"
    damaged = path.read_bytes()[:first_bad_byte].ljust(path.stat().st_size, b"\xee")
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"is damaged.*recover"):  # noqa: SIM117
        with open_store(url) as store:
            store.benchmarks()
    assert path.read_bytes() == damaged


def test_a_lasting_lock_is_an_error(url: str, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.2)
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
        locker = sqlite3.connect(str(url.removeprefix("sqlite:///")))
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"is locked.* kept"):
            store.create_benchmark(plan, [point()])
        assert [record.id for record in store.benchmarks()] == [mine]  # reading does not wait
        locker.rollback()
        locker.close()
        store.create_benchmark(plan, [point()])


def test_a_second_wait_for_a_lock_is_short_but_a_patient_store_waits(
    url: str, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.2)
    waited: list[float] = []
    with open_store(url) as store:

        def saw(statement: str) -> None:
            if "busy_timeout" in statement:
                waited.append(float(statement.rpartition("=")[2]) / 1000)

        event.listen(store._reader, "before_cursor_execute", lambda _c, _k, statement, *_: saw(statement))
        with closing(sqlite3.connect(str(url.removeprefix("sqlite:///")))) as locker:
            locker.execute("BEGIN IMMEDIATE")
            for _ in range(2):
                with pytest.raises(StoreError, match="is locked"):
                    store.create_benchmark(plan, [point()])
            assert waited == [engine.WAIT_S, engine._AGAIN_S]
            monkeypatch.setattr(engine, "PATIENT_S", 0.3)
            with pytest.raises(StoreError, match="is locked"):
                store.patient().create_benchmark(plan, [point()])
            assert waited[-1] == engine.PATIENT_S
            locker.rollback()
        store.patient().create_benchmark(plan, [point()])


def test_a_database_that_cannot_be_opened_for_a_lock_is_waited_for_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = url.removeprefix("sqlite:///")
    open_store(url).close()
    monkeypatch.setattr(engine, "WAIT_S", 0.4)
    with closing(sqlite3.connect(path)) as locker:
        locker.execute("PRAGMA journal_mode = DELETE")
        locker.execute("BEGIN EXCLUSIVE")
        took = []
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(StoreError, match="is locked"):
                open_store(url)
            took.append(time.monotonic() - began)
        assert took[0] > 0.4 and took[1] < took[0] / 1.5


def test_a_switch_to_write_ahead_logging_is_patient_and_not_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = url.removeprefix("sqlite:///")
    open_store(url).close()
    with closing(sqlite3.connect(path, check_same_thread=False)) as locker:
        locker.execute("PRAGMA journal_mode = DELETE")
        locker.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(engine, "WAIT_S", 0.2)
        with pytest.raises(StoreError, match="is locked"):
            open_store(url)
        monkeypatch.setattr(engine, "WAIT_S", 60)
        monkeypatch.setattr(engine.time, "sleep", lambda _: locker.rollback())  # it waits, and the lock is gone
        open_store(url).close()
    with closing(sqlite3.connect(path)) as fresh:
        assert fresh.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("url", "keyword"),
    [
        ("odviz.db", "odviz.db .* URL.* sqlite:////"),
        ("mongo://here/db", "SQLite or PostgreSQL"),
        ("mysql+pymysql://me:secret@here/db", r"mysql\+pymysql://me:\*\*\*@here/db.* SQLite or PostgreSQL"),
        ("postgresql+psycopg2://me:secret@here/db", r"psycopg2://me:\*\*\*@here/db needs a driver.*psycopg\[binary\]"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", r"me:\*\*\*@127.* cannot be reached.*ODVIZ_DATABASE"),
    ],
)
def test_an_unusable_url_is_refused(url: str, keyword: str) -> None:
    with pytest.raises(StoreError, match=keyword):
        open_store(url)


def test_the_environment_names_the_database(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODVIZ_HOME", str(tmp_path / "home" / "of odviz"))
    monkeypatch.setenv("ODVIZ_DATABASE", url)
    with open_store() as store:
        assert store.where == str(tmp_path / "odviz.db")
    monkeypatch.delenv("ODVIZ_DATABASE")
    with open_store() as store:
        assert store.where == str(tmp_path / "home" / "of odviz" / "odviz.db")
    monkeypatch.delenv("ODVIZ_HOME")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "user"))
    with open_store() as store:
        assert store.where == str(tmp_path / "user" / "odviz.db")


def test_a_home_that_cannot_be_created_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.delenv("ODVIZ_DATABASE", raising=False)
    monkeypatch.setenv("ODVIZ_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(StoreError, match=r"Not a directory.* ODVIZ_HOME"):
        open_store()


def test_every_connection_is_set_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SYNCHRONOUS", SYNCHRONOUS)
    with open_store(url) as store, store._reading() as first, store._reading() as second:
        for connection in (first, second):
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
            assert values == ["wal", 1, 1, engine.WAIT_S * 1000]
