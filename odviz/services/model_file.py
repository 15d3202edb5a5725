"""The model file of a variant, for download."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.compression.artifact import check_artifact
from odviz.domain.errors import FileRefused, IntegrityError
from odviz.domain.model import Artifact
from odviz.domain.target import OperatingPoint
from odviz.formats import FORMATS

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The file of a variant as it was measured; an archive where the format keeps a model in several files.

    Attributes:
        name: suggested name of the download.
        artifact: the file that was measured.
        stem: of the names of the files in an archive.
    """

    name: str
    artifact: Artifact
    stem: str


def model_file(benchmark_data: BenchmarkData, point: OperatingPoint) -> ModelFile | None:
    """The file that was measured at an operating point of this host; None if it is no longer kept.

    Raises:
        FileRefused: it has changed since.
    """
    stored = benchmark_data.files.get(point)
    if stored is None or not Path(stored.file.path).is_file():
        return None
    files = _checked(stored.file)
    main = Path(name_of(point))
    return ModelFile(main.name if len(files) == 1 else f"{main.stem}.zip", stored.file, main.stem)


def name_of(point: OperatingPoint) -> str:
    """Suggested name of the main file of an operating point."""
    variant = point.variant
    name = _NOT_IN_NAMES.sub("_", f"{variant.model}-{variant.recipe.label}")
    return f"{name}{FORMATS[variant.format].suffixes[0]}"


def contents(file: ModelFile) -> bytes:
    """The bytes to download.

    Raises:
        FileRefused: the file has vanished or changed since.
    """
    files = _checked(file.artifact)
    if len(files) == 1:
        return files[0].read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for path in files:
            writer.write(path, file.stem + path.suffix)
    return archive.getvalue()


def _checked(artifact: Artifact) -> tuple[Path, ...]:
    """The files of an artifact, if they are those that were measured."""
    try:
        return check_artifact(artifact)
    except IntegrityError:
        raise FileRefused(
            f"{artifact.path} is not the file that was measured: it has changed since. Measure it again."
        ) from None
