"""Where a case of the fault matrix takes place: folders with an earlier benchmark, and a command that measures."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from odviz.domain.result import Stage
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, os
from dataclasses import replace
from datetime import datetime
import odviz.cli
from odviz.store import clock
bench = importlib.import_module("odviz.cli.bench")
bench.THOROUGH = replace(bench.THOROUGH, launches=2, rounds=2, timeout_s=15.0)
class Jumping(datetime):
    @classmethod
    def now(cls, tz=None):
        now = datetime.now(tz)
        return now.replace(year=1966) if os.path.exists(os.environ["JUMP"]) else now
clock.datetime = Jumping
odviz.cli.main()
"""
BENCH = (
    "bench", "product-images", "ds-cnn-0.25", "--recipe", "int8-dynamic", "--runtime", "onnxruntime",
    "--confidence", "0.01%", "--time", "2s",
)  # fmt: skip
MEASURED = 4
"""Blocks that are stored before a fault while timing."""


@dataclass
class Place:
    """Folders of a case, and the command under test.

    Attributes:
        folder: of everything.
        process: of the command; None before it is started.
        workers: of the command when it was last looked at.
    """

    folder: Path
    process: subprocess.Popen[str] | None = None
    workers: list[psutil.Process] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.home / "odviz.db"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "ODVIZ_HOME": self.home, "ODVIZ_LEASE_DIR": self.folder / "lease", "TMPDIR": self.temporary,
            "JUMP": self.folder / "jump", "PYTHONPATH": ROOT,
        }  # fmt: skip
        inherited = {name: value for name, value in os.environ.items() if name != "ODVIZ_DATABASE"}
        return inherited | {name: str(path) for name, path in own.items()}

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def odviz(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of odviz; its output, errors included, can be read from it."""
        command = [sys.executable, "-c", PROGRAM, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=self.environment)

    def bench(self) -> None:
        """Start the command under test."""
        self.process = self.odviz(*BENCH)

    def worker(self) -> psutil.Process:
        """A worker that can be disturbed; waits until there is one."""
        wait_for(lambda: self._look() and self.workers)
        return self.workers[0]

    def wait_for(self, stage: Stage) -> None:
        """Wait until the command under test is in a phase."""
        wanted = MEASURED if stage is Stage.LATENCY else 0
        newest = "SELECT id FROM benchmark WHERE state = 'running' ORDER BY queue_position DESC LIMIT 1"
        runs = f"SELECT id FROM run WHERE stage = '{stage}' AND benchmark = ({newest})"
        samples = f"SELECT run FROM sample WHERE run IN ({runs})"

        def begun() -> bool:
            assert self.process
            assert self.process.poll() is None, self.process.communicate()[0]
            return bool(self.select(runs)) and len(self.select(samples)) >= wanted

        wait_for(begun)
        self._look()

    def select(self, query: str) -> list[tuple[object, ...]]:
        """What a query finds in the database, which is not changed."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def samples(self) -> set[tuple[object, ...]]:
        """All stored times."""
        return set(self.select("SELECT run, round, wall_ns FROM sample"))

    def _look(self) -> bool:
        """A forked worker has the command line of the server that is its parent."""
        children = psutil.Process(self.pid).children(recursive=True)
        commands = {child.pid: " ".join(child.cmdline()) for child in children}
        servers = {pid for pid, command in commands.items() if "odviz.worker.fork_server" in command}
        workers = [child for child in children if "odviz.worker" in commands[child.pid]]
        self.workers = [child for child in workers if child.pid not in servers or child.ppid() in servers]
        return True


def measure_before(folder: Path) -> Place:
    """A place with a complete benchmark, from which others are copied."""
    place = Place(folder)
    for path in (place.home, place.temporary):
        path.mkdir(parents=True)
    ran = place.odviz(*BENCH[:-1], "0.5s")
    output, _ = ran.communicate(timeout=120)
    assert ran.returncode == 0, output
    return place


@contextmanager
def copied(before: Place, folder: Path, stage: Stage | None) -> Iterator[Place]:
    """A copy of a place in which a command has to go through a phase; what is left of it is ended and removed.

    Args:
        before: the place.
        folder: of the copy.
        stage: the phase: what an earlier benchmark made for it is removed.
    """
    place = Place(folder)
    shutil.copytree(before.folder, folder)
    shutil.rmtree(place.folder / "lease", ignore_errors=True)
    with closing(sqlite3.connect(place.database)) as connection, connection:
        if stage in (Stage.COMPRESS, Stage.ACCURACY):
            connection.execute("DELETE FROM predictions")
        if stage is Stage.COMPRESS:
            connection.execute("DELETE FROM artifact")
            shutil.rmtree(place.cache)
    try:
        yield place
    finally:
        if place.process:
            place.process.kill()
            place.process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(folder: Path, free: int) -> Iterator[None]:
    """Put a folder on a disk of its own with so many bytes free.

    Raises:
        PermissionError: only root may.
    """
    kept = folder.with_name(f"{folder.name}-kept")
    folder.rename(kept)
    folder.mkdir()
    used = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    options = f"size={used + free + (1 << 20)}"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode:
        raise PermissionError("mounting a small disk needs root")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
