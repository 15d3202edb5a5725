"""The file of a database is moved, deleted or replaced while it is open."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from odviz.domain.errors import StoreError
from odviz.domain.plan import BenchmarkPlan
from odviz.store import file_guard, open_store
from tests.fakes import point

Older = Callable[[str], AbstractContextManager[Connection]]

FILES = ("odviz.db", "odviz.db-wal", "odviz.db-shm")


def move(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in FILES:
        if (source / name).exists():
            (source / name).rename(target / name)


def test_a_moved_file_is_an_error_until_it_is_back(url: str, tmp_path: Path, plan: BenchmarkPlan) -> None:
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
        move(tmp_path, tmp_path / "away")
        moved = (tmp_path / "away" / "odviz.db").read_bytes()
        for ask in (store.benchmarks, lambda: store.create_benchmark(plan, [point()]), store.patient().recover):
            with pytest.raises(StoreError, match="moved or deleted") as error:
                ask()
            assert "kept" not in str(error.value)
        assert not (tmp_path / "odviz.db").exists()
        assert (tmp_path / "away" / "odviz.db").read_bytes() == moved
        move(tmp_path / "away", tmp_path)
        assert store.load(mine).plan == plan


def test_a_file_moved_between_check_and_transaction_is_not_created_anew(
    url: str, tmp_path: Path, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
        check = file_guard.FileGuard.check

        def move_after(guard: file_guard.FileGuard) -> None:
            check(guard)
            guard.close()
            move(tmp_path, tmp_path / "away")

        with monkeypatch.context() as patch:
            patch.setattr(file_guard.FileGuard, "check", move_after)
            with pytest.raises(StoreError, match="missing"):
                store.benchmarks()
        assert not (tmp_path / "odviz.db").exists()
        with pytest.raises(StoreError, match="moved or deleted"):
            store.benchmarks()
        move(tmp_path / "away", tmp_path)
        assert store.load(mine).plan == plan


@pytest.mark.parametrize("fresh", [True, False], ids=["an empty one", "another one"])
def test_a_replaced_file_is_one_error_and_then_used(url: str, tmp_path: Path, plan: BenchmarkPlan, fresh: bool) -> None:
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
        measuring = store.patient()
        move(tmp_path, tmp_path / "away")
        if fresh:
            (tmp_path / "odviz.db").touch()
        else:
            with open_store(url) as replacement:
                theirs = replacement.create_benchmark(plan, [point()])
        with pytest.raises(StoreError, match="was replaced"):
            store.benchmarks()
        assert [record.id for record in measuring.benchmarks()] == ([] if fresh else [theirs])
        store.create_benchmark(plan, [point()])
        store.close()
        for name in FILES[1:]:
            (tmp_path / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "away" / "odviz.db", tmp_path / "copy")
        shutil.copy(tmp_path / "away" / "odviz.db-wal", tmp_path / "odviz.db-wal")
        (tmp_path / "copy").rename(tmp_path / "odviz.db")
        with pytest.raises(StoreError, match="was replaced"):
            store.benchmarks()
        assert [record.id for record in store.benchmarks()] == [mine]


def remove(folder: Path) -> None:
    for name in FILES:
        (folder / name).unlink(missing_ok=True)


@pytest.mark.parametrize("same_inode", [True, False])
@pytest.mark.parametrize("revision", ["", "odviz_0001", "odviz_0003"])
@pytest.mark.parametrize("seen_gone", [True, False])
def test_a_deleted_and_replaced_file_is_noticed_and_upgraded(
    url: str,
    tmp_path: Path,
    plan: BenchmarkPlan,
    older: Older,
    monkeypatch: pytest.MonkeyPatch,
    same_inode: bool,
    revision: str,
    seen_gone: bool,
) -> None:
    """With the inode of the deleted file, which file systems often reuse, and with another."""
    if same_inode:
        monkeypatch.setattr(file_guard, "_inode", lambda path: (1, 1) if path.exists() else None)
    with open_store(url) as store:
        mine = store.create_benchmark(plan, [point()])
        remove(tmp_path)
        if seen_gone:
            with pytest.raises(StoreError, match="moved or deleted"):
                store.benchmarks()
        elif same_inode:
            store.close()  # an open file keeps its inode
        if revision:
            with older(revision):
                pass
        else:
            (tmp_path / "odviz.db").touch()
        with pytest.raises(StoreError, match="was replaced"):
            store.load(mine)
        assert store.benchmarks() == ()
        assert store.load(store.create_benchmark(plan, [point()])).plan == plan


def test_a_closed_file_is_opened_again(url: str, plan: BenchmarkPlan) -> None:
    store = open_store(url)
    mine = store.create_benchmark(plan, [point()])
    for _ in range(2):
        store.close()
        assert store.load(mine).plan == plan
    store.close()


def test_a_file_that_is_not_a_database_is_an_error_every_time(url: str, tmp_path: Path, plan: BenchmarkPlan) -> None:
    with open_store(url) as store:
        store.create_benchmark(plan, [point()])
        move(tmp_path, tmp_path / "away")
        (tmp_path / "odviz.db").write_text("my holiday plans\n" * 1000)
        for _ in range(2):
            with pytest.raises(StoreError, match="not a database"):
                store.benchmarks()
        (tmp_path / "odviz.db").unlink()
        move(tmp_path / "away", tmp_path)
        assert len(store.benchmarks()) == 1
