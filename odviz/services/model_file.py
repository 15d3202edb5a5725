"""The file of a variant, for those who want to ship it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.errors import FileRefused
from odviz.domain.target import OperatingPoint
from odviz.library.integrity import digest_of

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file as it was measured.

    Attributes:
        name: a good one to save it under.
        path: where it lies.
        sha256: of the bytes that were measured.
        size_bytes: how many.
    """

    name: str
    path: Path
    sha256: str
    size_bytes: int


def model_file(evidence: BenchmarkData, point: OperatingPoint) -> ModelFile | None:
    """The file that was measured at an operating point of this host; None where it is no longer kept.

    Raises:
        FileRefused: it has changed since.
    """
    stored = evidence.files.get(point)
    if stored is None or not Path(stored.file.path).is_file():
        return None
    file = stored.file
    _compare(Path(file.path), file.sha256)
    return ModelFile(name_of(point), Path(file.path), file.sha256, file.size_bytes)


def name_of(point: OperatingPoint) -> str:
    """A good name to save the file of an operating point under."""
    variant = point.variant
    name = _NOT_IN_NAMES.sub("_", f"{variant.model}-{variant.recipe.label}")
    return f"{name}.{variant.format}"


def contents(file: ModelFile) -> bytes:
    """The bytes that were measured.

    Raises:
        FileRefused: the file has vanished or changed since.
    """
    _compare(file.path, file.sha256)
    return file.path.read_bytes()


def _compare(path: Path, sha256: str) -> None:
    try:
        found = digest_of(path)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read any more: {error.strerror}.") from error
    if found != sha256:
        raise FileRefused(f"{path} is not the file that was measured: it has changed since. Measure it again.")
