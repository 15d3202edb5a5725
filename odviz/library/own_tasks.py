"""Tasks of the user's own: the record beside the data set of each."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.own_task import OwnTask
from odviz.library import models as models_library
from odviz.library.files import printable, read_text
from odviz.library.sources import built_in, user
from odviz.serialization import from_json

RECORD = "task.json"

LARGEST = 1 << 20
"""Most bytes of a record."""

HALF_S = 60.0
"""Age from which half of an addition is taken for left behind, seconds."""

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
"""A name that can be part of keys, paths and addresses."""


def own_tasks() -> tuple[dict[str, OwnTask], tuple[FileRefused, ...]]:
    """Records of the user's tasks by name, sorted, and the errors of those that cannot be used."""
    records: dict[str, OwnTask] = {}
    errors: list[FileRefused] = []
    try:
        paths = sorted(user().datasets.path.glob(f"*/{RECORD}"))
    except OSError:
        return {}, ()
    for path in paths:
        try:
            records[path.parent.name] = _record(path, path.stat().st_mtime_ns)
        except FileRefused as error:
            errors.append(error)
        except OSError:  # deleted in between
            continue
    return records, tuple(errors)


def remove_halves() -> None:
    """Remove what a program left that was killed while it added or removed: a model without data, or the reverse."""
    models, data = user().models.path, user().datasets.path
    halves = [
        record.parent.parent
        for record in models.glob(f"*/*/{models_library.RECORD}")
        if record.parent.name == record.parent.parent.name and not _has_data(record.parent.name)
    ]
    halves += [
        record.parent
        for record in data.glob(f"*/{RECORD}")
        if not any((models / record.parent.name).glob(f"*/{models_library.RECORD}"))
    ]
    for folder in halves:
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > HALF_S:  # else another program may be at it
                shutil.rmtree(folder)


def _has_data(task: str) -> bool:
    return any((source.datasets.path / task).is_dir() for source in (user(), built_in()))


@lru_cache(maxsize=64)
def _record(path: Path, modified: int) -> OwnTask:  # noqa: ARG001 - a changed file has another key
    name = path.parent.name
    if not NAME.fullmatch(name) or (built_in().datasets.path / name).is_dir():
        raise FileRefused(
            f"{printable(path.parent)} has the name of a built-in data set, or one that no task can have."
        )
    try:
        return from_json(OwnTask, read_text(path, LARGEST, "task record"))
    except ValueError as error:
        raise FileRefused(f"{printable(path)} is not a task record: {error}.") from error
