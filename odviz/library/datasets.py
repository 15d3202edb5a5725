"""Data sets of tasks, built-in and the user's own: one folder a data set, with its labels and one archive a split."""

from __future__ import annotations

import io
import json
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused, IntegrityError
from odviz.library.files import printable
from odviz.library.sources import Folder, built_in, user

LABELS = "labels.json"


def arrays(name: str, split: str) -> dict[str, NDArray[Any]]:
    """The arrays of one split: x (items), y (targets), group, and further ones of some tasks.

    Args:
        name: of the data set, which is its task's.
        split: "test" or "calibration".

    Raises:
        FileRefused: it cannot be read.
        IntegrityError: not the recorded file, or not an archive of plain arrays.
    """
    path = _folder(name).file(f"{name}/{split}.npz")
    return _arrays(path, _modified(path))


def labels(name: str) -> dict[str, Any]:
    """The names of the labels ("classes"), and constants of the preprocessing of some tasks.

    Raises:
        FileRefused: it cannot be read.
        IntegrityError: not the recorded file, or not a JSON object.
    """
    path = _folder(name).file(f"{name}/{LABELS}")
    return _labels(path, _modified(path))


def content(name: str, file: str) -> bytes:
    """The bytes of a further file of a data set.

    Raises:
        FileRefused: it cannot be read.
        IntegrityError: not the recorded file.
    """
    return _folder(name).file(f"{name}/{file}").read_bytes()


def _folder(name: str) -> Folder:
    """The folder that holds a data set; the name of a built-in one means the built-in one."""
    built_in_sets, user_sets = built_in().datasets, user().datasets
    is_users = (user_sets.path / name).is_dir() and not (built_in_sets.path / name).is_dir()
    return user_sets if is_users else built_in_sets


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise FileRefused(f"The data file {printable(path)} cannot be read: {error.strerror}.") from error


@lru_cache(maxsize=8)
def _arrays(path: Path, modified: int) -> dict[str, NDArray[Any]]:  # noqa: ARG001 - a changed file has another key
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise IntegrityError(f"{printable(path)} is not an archive of plain arrays: {error}.") from error


@lru_cache(maxsize=8)
def _labels(path: Path, modified: int) -> dict[str, Any]:  # noqa: ARG001
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise IntegrityError(f"{printable(path)} holds no labels: {error}.") from error
