"""The fault matrix: what is done to a command that measures, in which phases, and with which exit codes it may end."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import StoreError
from odviz.domain.result import Stage, State
from odviz.execution.lease import lease
from odviz.library.scratch import sweep
from odviz.store import open_store
from tests.faults.place import Place, copied, small_disk
from tests.waiting import wait_for

PHASES = (Stage.COMPRESS, Stage.ACCURACY, Stage.LATENCY)
TIMED = (Stage.LATENCY,)
LOCKED_S = 2.0
FULL, PARTLY, INTERRUPTED, DONE, UNKNOWN = 5, 1, 130, 0, 2
Repair = Callable[[], object]


def _nothing() -> None:
    pass


def end_by(number: signal.Signals) -> Callable[[Place], Repair]:
    """A signal to the command."""

    def act(place: Place) -> Repair:
        os.kill(place.pid, number)
        return _nothing

    return act


def worker_gets(number: signal.Signals) -> Callable[[Place], Repair]:
    """A signal to one of its workers."""

    def act(place: Place) -> Repair:
        place.worker().send_signal(number)
        return _nothing

    return act


def no_memory(place: Place) -> Repair:
    """No worker may take more memory than it has."""
    place.worker()
    for worker in place.workers:
        with suppress(ProcessLookupError):
            resource.prlimit(worker.pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    return _nothing


def full(file: Callable[[Place], Path]) -> Callable[[Place], Repair]:
    """The disk with this file or folder is full."""

    def act(place: Place) -> Repair:
        folder = file(place)
        filler = folder / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as out:
            while True:
                out.write(bytes(4096))
        return filler.unlink

    return act


def may_not_grow(place: Place) -> Repair:
    """The command may not write beyond the size that the database's log has."""
    size = place.database.with_name("odviz.db-wal").stat().st_size
    resource.prlimit(place.pid, resource.RLIMIT_FSIZE, (size, size))
    return _nothing


def locked(seconds: float) -> Callable[[Place], Repair]:
    """Another program writes to the database for so long."""

    def act(place: Place) -> Repair:
        connection = sqlite3.connect(place.database, timeout=30, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        if seconds == LOCKED_S:
            time.sleep(seconds)
            connection.close()
        return connection.close

    return act


def moved(place: Place) -> Repair:
    """The database is moved away; it is put back later."""
    files = [path for path in place.home.glob("odviz.db*") if path.is_file()]
    away = place.folder / "away"
    away.mkdir()
    for path in files:
        path.rename(away / path.name)

    def back() -> None:
        for path in place.home.glob("odviz.db*"):
            path.unlink()
        for path in away.iterdir():
            path.rename(place.home / path.name)

    return back


def damaged(place: Place) -> Repair:
    """The database is overwritten with nonsense; a copy is put back later."""
    copy = place.folder / "copy.db"
    source, target = sqlite3.connect(place.database), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    with place.database.open("r+b") as file:
        file.write(b"nonsense" * 1024)

    return lambda: _put_back(place, copy)


def emptied(folder: Callable[[Place], Path]) -> Callable[[Place], Repair]:
    """All in a folder is deleted."""

    def act(place: Place) -> Repair:
        for path in folder(place).glob("*"):
            shutil.rmtree(path, ignore_errors=True)
        return _nothing

    return act


def swapped(place: Place) -> Repair:
    """Before the command starts, every made file is another network, with the hash noted that it has."""
    for meta in place.cache.rglob("meta.json"):
        model = meta.with_name("model.onnx")
        model.write_bytes(model.read_bytes() + b"\0")
    return _nothing


def swapped_now(place: Place) -> Repair:
    """Every made file becomes another one, from now on."""
    for model in place.cache.rglob("model.onnx"):
        model.write_bytes(model.read_bytes() + b"\0")
    return _nothing


def rows_deleted(place: Place) -> Repair:
    """Another program deletes the benchmark that is running; a copy of the database is put back later."""
    copy = place.folder / "copy.db"
    with closing(sqlite3.connect(place.database, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        source.execute("PRAGMA foreign_keys = ON")
        with source:
            source.execute("DELETE FROM benchmark WHERE state = 'running'")
    return lambda: _put_back(place, copy)


def _put_back(place: Place, copy: Path) -> None:
    for path in place.home.glob("odviz.db*"):
        path.unlink()
    copy.rename(place.database)


def clock_back(place: Place) -> Repair:
    """The clock is set to 1966."""
    (place.folder / "jump").touch()
    return _nothing


@dataclass(frozen=True, eq=False)
class Fault:
    """One row of the matrix.

    Attributes:
        name: shown in the table.
        act: does it to a command; returns what repairs it.
        codes: exit codes that the command may end with.
        phases: in which it is done.
        disk: folder that needs a small disk of its own, and its free bytes.
    """

    name: str
    act: Callable[[Place], Repair]
    codes: Collection[int]
    phases: Sequence[Stage] = PHASES
    disk: Callable[[Place], tuple[Path, int]] | None = None


FAULTS = (
    Fault("killed", end_by(signal.SIGKILL), [-signal.SIGKILL]),
    Fault("asked to end (TERM)", end_by(signal.SIGTERM), [INTERRUPTED]),
    Fault("terminal closed (HUP)", end_by(signal.SIGHUP), [INTERRUPTED]),
    Fault("stopped by its user (INT)", end_by(signal.SIGINT), [INTERRUPTED]),
    Fault("worker hangs (STOP)", worker_gets(signal.SIGSTOP), [PARTLY]),
    Fault("worker crashes (SEGV)", worker_gets(signal.SIGSEGV), [PARTLY]),
    Fault("worker runs out of memory", no_memory, [PARTLY, DONE]),
    Fault("database: file may not grow", may_not_grow, [FULL]),
    Fault("database: disk full", full(lambda p: p.home), [FULL], disk=lambda p: (p.home, 1 << 20)),
    Fault("temporary files: disk full", full(lambda p: p.temporary), [FULL, PARTLY, DONE],
          disk=lambda p: (p.temporary, 40 << 20)),
    Fault("database locked for 2 s", locked(LOCKED_S), [DONE]),
    Fault("database locked for good", locked(60), [FULL], TIMED),
    Fault("database moved", moved, [FULL]),
    Fault("database damaged", damaged, [FULL, DONE]),
    Fault("cache emptied", emptied(lambda p: p.cache), [PARTLY, DONE]),
    Fault("cache swapped", swapped, [DONE], [Stage.ACCURACY]),
    Fault("made file swapped", swapped_now, [PARTLY], TIMED),
    Fault("database: benchmark deleted", rows_deleted, [UNKNOWN]),
    Fault("temporary files removed", emptied(lambda p: p.temporary), [FULL, PARTLY, DONE]),
    Fault("clock set back to 1966", clock_back, [DONE]),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a case.

    Attributes:
        faults: what was not handled, in words; empty if all was.
        samples: blocks that were stored before the fault.
        lost: of them, those that are gone.
    """

    faults: tuple[str, ...]
    samples: int
    lost: int


def run(fault: Fault, stage: Stage, before: Place, folder: Path) -> Outcome:
    """Do a fault to a command that measures, and look at what it leaves.

    Raises:
        PermissionError: it needs rights that this process has not.
    """
    with copied(before, folder, stage) as place:
        disk: AbstractContextManager[None] = nullcontext()
        if fault.disk:
            disk = small_disk(*fault.disk(place))
        with disk:
            return _run(fault, stage, place)


def _run(fault: Fault, stage: Stage, place: Place) -> Outcome:
    if fault.act is swapped:
        fault.act(place)
    place.bench()
    place.wait_for(stage)
    stored = place.samples()
    repair = fault.act(place) if fault.act is not swapped else _nothing
    assert place.process
    try:
        output, _ = place.process.communicate(timeout=60)
        code = place.process.returncode
    except subprocess.TimeoutExpired:
        output, code = "", None
        place.process.kill()
    repair()
    problems = [] if code in fault.codes else [f"exit code {code}: {output[-500:]}"]
    problems += [f"traceback: {output[-2000:]}"] if "Traceback" in output else []
    with suppress(AssertionError):
        wait_for(lambda: not any(worker.is_running() for worker in place.workers))
    problems += ["a worker lives on"] if any(worker.is_running() for worker in place.workers) else []
    kept = place.samples()
    return Outcome((*problems, *_left(place)), len(stored), len(stored - kept))


def _left(place: Place) -> list[str]:
    """What the next odviz finds wrong."""
    problems = []
    os.environ["ODVIZ_LEASE_DIR"] = place.environment["ODVIZ_LEASE_DIR"]
    with lease("the fault matrix"):
        pass
    sweep(place.temporary)
    if any(path.name.startswith("odviz-") for path in place.temporary.iterdir()):
        problems.append("temporary files are left")
    with open_store(f"sqlite:///{place.database}") as store:
        try:
            records = store.benchmarks()
            problems += [f"{record.id} is {record.state}" for record in records if record.state is State.RUNNING]
            for record in records:
                analyse(load_benchmark_data(store, record.id))
        except StoreError as error:
            problems.append(str(error))
    return problems
