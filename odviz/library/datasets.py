"""Data sets of tasks, built-in and the user's own: one folder a data set, with its labels and one archive a split."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.text import INVISIBLE
from odviz.library.files import printable, read_bytes, read_text
from odviz.library.integrity import digest_of
from odviz.library.parsing import LARGEST_ARCHIVE, LARGEST_JSON, parse_arrays, parse_json
from odviz.library.sources import Folder, built_in, user
from odviz.serialization import convert

T = TypeVar("T")

LABELS = "labels.json"
METADATA = "croissant.json"

_DESCRIPTIONS = (METADATA, "README.md")

_LONGEST_CLASS = 200
"""Characters of the name of a class."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a data set.

    Attributes:
        name: within the folder of the data set.
        sha256: hex digest of its bytes.
        size_bytes: its length.
    """

    name: str
    sha256: str
    size_bytes: int


def files(name: str) -> tuple[DataFile, ...]:
    """The files that a data set consists of, by name; not those that only describe it.

    Raises:
        FileRefused: one cannot be read.
        IntegrityError: one is not the recorded file.
    """
    folder = _folder(name)
    try:
        names = sorted(path.name for path in (folder.path / name).iterdir() if path.name not in _DESCRIPTIONS)
        paths = [folder.file(f"{name}/{file}") for file in names]
        return tuple(DataFile(path.name, digest_of(path), path.stat().st_size) for path in paths)
    except OSError as error:
        raise FileRefused(f"The data of {name} cannot be read: {error.strerror}.") from error


def arrays(name: str, split: str) -> dict[str, Array]:
    """The arrays of one split: x (items), y (targets), group, and further ones of some tasks.

    Args:
        name: of the data set, which is its task's.
        split: "test" or "calibration".

    Raises:
        FileRefused: it cannot be read, or is not an archive of plain arrays.
        IntegrityError: not the recorded file.
    """
    path = _folder(name).file(f"{name}/{split}.npz")
    return _arrays(path, _modified(path))


def labels(name: str) -> dict[str, Any]:
    """The names of the labels ("classes"), and constants of the preprocessing of some tasks.

    Raises:
        FileRefused: it cannot be read, or is not a JSON object.
        IntegrityError: not the recorded file.
    """
    path = _folder(name).file(f"{name}/{LABELS}")
    return _labels(path, _modified(path))


def classes(name: str) -> tuple[str, ...]:
    """The names of the classes, in index order.

    Raises:
        FileRefused: the labels cannot be read, or name no classes.
        IntegrityError: not the recorded file.
    """
    names = constant(name, "classes", tuple[str, ...])
    if any(not label.strip() or len(label) > _LONGEST_CLASS or INVISIBLE.search(label) for label in names):
        raise FileRefused(f"{LABELS} of {name} has a class whose name cannot be shown.")
    return names


def constant(name: str, key: str, schema: type[T]) -> T:
    """An entry of the labels.

    Raises:
        FileRefused: the labels cannot be read, or the entry is missing or of another type.
        IntegrityError: not the recorded file.
    """
    try:
        return convert(schema, labels(name)[key])
    except (KeyError, ValueError) as error:
        raise FileRefused(f"{LABELS} of {name} has no {key}: {error}.") from error


def content(name: str, file: str) -> bytes:
    """The bytes of a further file of a data set.

    Raises:
        FileRefused: it cannot be read.
        IntegrityError: not the recorded file.
    """
    return read_bytes(_folder(name).file(f"{name}/{file}"), LARGEST_JSON, "data file")


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
def _arrays(path: Path, modified: int) -> dict[str, Array]:  # noqa: ARG001 - a changed file has another key
    return parse_arrays(read_bytes(path, LARGEST_ARCHIVE, "data file"), printable(path))


@lru_cache(maxsize=8)
def _labels(path: Path, modified: int) -> dict[str, Any]:  # noqa: ARG001
    return parse_json(
        dict[str, Any], read_text(path, LARGEST_JSON, "file of labels"), printable(path), "file of labels"
    )
