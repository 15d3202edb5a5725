"""Sha256 checks: files compared with the manifest of their folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from odviz.domain.errors import FileRefused, IntegrityError
from odviz.library.files import open_file, read_text
from odviz.library.parsing import LARGEST_JSON, parse_json

MANIFEST = "manifest.json"


class IntegrityProblem(StrEnum):
    """How a file of a folder differs from the folder's manifest."""

    NOT_RECORDED = "not in the manifest"
    MISSING = "missing"
    CHANGED = "changed since it was recorded"
    UNREADABLE = "cannot be read"


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The result of comparing one file with its manifest.

    Attributes:
        path: relative to the folder of the manifest.
        problem: None if its bytes are the recorded ones.
    """

    path: str
    problem: IntegrityProblem | None


@dataclass(frozen=True, slots=True)
class _Recorded:
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What a manifest must say; all else in it is for readers."""

    files: Mapping[str, _Recorded]


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's bytes.

    Raises:
        OSError: it cannot be read, or is no file; see `open_file`.
    """
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(path: Path) -> str:
    """Hex sha256 of a file's bytes, cached until its modification time or size changes.

    Raises:
        OSError: it cannot be read.
    """
    stat = path.stat()
    return _digest(path, stat.st_mtime_ns, stat.st_size)


def check_file(folder: Path, relative: str) -> Path:
    """The path of a file whose sha256 is the one in its folder's manifest.

    Args:
        folder: `models/` or `data/`.
        relative: the file's path in it.

    Raises:
        IntegrityError: not recorded, missing, or changed; names the file.
    """
    path = folder / relative
    recorded = _recorded(folder).get(relative)
    if recorded is None:
        raise IntegrityError(f"{folder.name}/{relative} is not in {folder.name}/{MANIFEST}, so it is not used.")
    try:
        digest = digest_of(path)
    except OSError as error:
        raise IntegrityError(f"{folder.name}/{relative} cannot be read: {error.strerror}.") from error
    if digest != recorded:
        raise IntegrityError(
            f"{folder.name}/{relative} is not the recorded file (sha256 {digest[:12]}…, recorded "
            f"{recorded[:12]}…): restore it, or run `odviz verify` to see what else changed."
        )
    return path


def verify(folder: Path) -> tuple[FileCheck, ...]:
    """Compare every file of a folder with its manifest, in both directions, without the cache of digests.

    Raises:
        IntegrityError: the manifest itself cannot be read.
    """
    recorded = _recorded(folder)
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    return tuple(FileCheck(name, _problem(folder, name, recorded, present)) for name in sorted(present | set(recorded)))


def _problem(folder: Path, relative: str, recorded: Mapping[str, str], present: set[str]) -> IntegrityProblem | None:
    if relative not in recorded:
        return IntegrityProblem.NOT_RECORDED
    if relative not in present:
        return IntegrityProblem.MISSING
    try:
        return None if sha256_of(folder / relative) == recorded[relative] else IntegrityProblem.CHANGED
    except OSError:
        return IntegrityProblem.UNREADABLE


def _recorded(folder: Path) -> Mapping[str, str]:
    """The sha256 of each file by its path relative to the folder."""
    path = folder / MANIFEST
    try:
        stat = path.stat()
        return _read_manifest(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise IntegrityError(f"{folder.name}/{MANIFEST} cannot be read: {error.strerror}.") from error
    except FileRefused as error:
        raise IntegrityError(f"{folder.name}/{MANIFEST} cannot be read. {error}") from error


@lru_cache(maxsize=8)
def _read_manifest(path: Path, mtime_ns: int, size: int) -> Mapping[str, str]:  # noqa: ARG001 - see `_digest`
    manifest = parse_json(_Manifest, read_text(path, LARGEST_JSON, "manifest"), MANIFEST, "manifest")
    return {name: entry.sha256 for name, entry in manifest.files.items()}


@lru_cache(maxsize=512)
def _digest(path: Path, mtime_ns: int, size: int) -> str:  # noqa: ARG001 - a changed file has another key
    return sha256_of(path)
