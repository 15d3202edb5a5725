"""A shipped file is used only if its bytes are the recorded ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from odviz.domain.errors import IntegrityError

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """What `verify` found of one file.

    Attributes:
        path: relative to the folder of the manifest.
        problem: in words; empty when its bytes are the recorded ones.
    """

    path: str
    problem: str


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(path: Path) -> str:
    """The same, worked out again only when the file has changed.

    Raises:
        OSError: it cannot be read.
    """
    stat = path.stat()
    return _digest(path, stat.st_mtime_ns, stat.st_size)


def checked(folder: Path, relative: str) -> Path:
    """The path of a shipped file whose bytes were compared with its manifest's record.

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
        stat = path.stat()
        digest = _digest(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise IntegrityError(f"{folder.name}/{relative} cannot be read: {error.strerror}.") from error
    if digest != recorded:
        raise IntegrityError(
            f"{folder.name}/{relative} is not the file that was shipped (sha256 {digest[:12]}…, recorded "
            f"{recorded[:12]}…): restore it, or run `odviz verify` to see what else changed."
        )
    return path


def verify(folder: Path) -> tuple[Checked, ...]:
    """Compare every file of a folder with its manifest, both ways; hashes everything anew.

    Raises:
        IntegrityError: the manifest itself cannot be read.
    """
    recorded = _recorded(folder)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    found = []
    for relative in sorted(there | set(recorded)):
        if relative not in recorded:
            problem = "not in the manifest"
        elif relative not in there:
            problem = "missing"
        else:
            problem = "" if sha256_of(folder / relative) == recorded[relative] else "changed since it was shipped"
        found.append(Checked(relative, problem))
    return tuple(found)


def _recorded(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return {str(name): str(entry["sha256"]) for name, entry in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{folder.name}/{MANIFEST} cannot be read ({type(error).__name__}: {error}).") from error


@lru_cache(maxsize=512)
def _digest(path: Path, mtime_ns: int, size: int) -> str:  # noqa: ARG001 - a changed file is another key
    return sha256_of(path)
