"""The model file of a variant, for download."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from odviz.compression.artifact import check_artifact
from odviz.domain.errors import FileRefused, IntegrityError
from odviz.domain.model import Artifact, Variant
from odviz.domain.rights import Right
from odviz.formats import FORMATS
from odviz.library.rights import require
from odviz.services.archive import zipped


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The file of a variant; an archive where the format keeps a model in several files.

    Attributes:
        name: suggested name of the download.
        artifact: the file.
        stem: of the names of the files in an archive.
    """

    name: str
    artifact: Artifact
    stem: str


def name_of(variant: Variant) -> str:
    """Suggested name of the main file of a variant."""
    return f"{portable(f'{variant.model}-{variant.recipe.label}')}{FORMATS[variant.format].suffixes[0]}"


def portable(name: str) -> str:
    """A name in letters, digits, dots and hyphens, which are the same on every system."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", name)


def contents(file: ModelFile) -> bytes:
    """The bytes to download.

    Raises:
        Forbidden: this session gets no files.
        FileRefused: the file has vanished or changed since.
    """
    require(Right.CHANGE)
    files = checked(file.artifact)
    if len(files) == 1:
        return files[0].read_bytes()
    return zipped({file.stem + path.suffix: path.read_bytes() for path in files})


def checked(artifact: Artifact) -> tuple[Path, ...]:
    """The files of an artifact, the main one first.

    Raises:
        FileRefused: one cannot be read, or has changed since it was recorded.
    """
    try:
        return check_artifact(artifact)
    except IntegrityError:
        raise FileRefused(
            f"{artifact.path} is not the file that was measured: it has changed since. Measure it again."
        ) from None
