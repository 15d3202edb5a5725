"""Records the benchmarks of lessons: ``python -m zoo.lessons [DATABASE]`` measures them, or takes those of a database.

The record keeps what lessons read. Names of the machine and of its programs, paths, and outputs that no lesson compares
are removed from it.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from odviz.lessons import in_order
from odviz.library.paths import data_dir
from odviz.services import benchmark
from odviz.services.lessons import RECORDED
from odviz.store import open_store
from zoo.manifest import write_manifest


def measure(url: str) -> None:
    """Run the benchmark of every lesson, each once."""
    with open_store(url) as store:
        for plan in dict.fromkeys(plugin.plan for plugin in in_order() if plugin.plan):
            benchmark.run(store, benchmark.submit(store, plan).id, wait_s=-1)


def record(source: Path, target: Path) -> None:
    """Copy a database without what identifies its machine, and without what no lesson reads."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
        written.execute("PRAGMA journal_mode = DELETE")
        written.execute("UPDATE benchmark SET owner_host = NULL, owner_pid = NULL, owner_birth = NULL")
        for rowid, text in written.execute("SELECT rowid, load FROM background").fetchall():
            load = json.dumps(json.loads(text) | {"programs": {}})
            written.execute("UPDATE background SET load = ? WHERE rowid = ?", (load, rowid))
        for rowid, text in written.execute("SELECT rowid, file FROM artifact").fetchall():
            file = json.loads(text)
            file["path"] = Path(file["path"]).name
            written.execute("UPDATE artifact SET file = ? WHERE rowid = ?", (json.dumps(file), rowid))
        written.execute("UPDATE predictions SET outputs = x'' WHERE runtime NOT IN ('litert', 'tflite-runtime')")
        written.execute("DELETE FROM answer")
        written.commit()
        written.execute("VACUUM")


if __name__ == "__main__":
    database = Path(sys.argv[1] if len(sys.argv) > 1 else "lessons.sqlite").absolute()
    if not database.exists():
        measure(f"sqlite:///{database}")
    record(database, data_dir() / RECORDED)
    write_manifest(data_dir())
