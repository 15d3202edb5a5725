"""Model files of the library, compared with their model's record before they are used."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.errors import IntegrityError
from odviz.domain.model import Artifact
from odviz.formats import FORMATS
from odviz.formats.base import digest


def check_artifact(artifact: Artifact) -> tuple[Path, ...]:
    """The files of a model, the main one first, if their sha256 is the recorded one.

    Raises:
        IntegrityError: a file cannot be read, or its bytes are not the recorded ones.
    """
    path = Path(artifact.path)
    files = FORMATS[artifact.format].files(path)
    try:
        sha256 = digest(files)
    except OSError as error:
        raise IntegrityError(f"The model file {path} cannot be read: {error.strerror}.") from None
    if sha256 != artifact.sha256:
        raise IntegrityError(
            f"The model file {path} is not the recorded one: its sha256 is {sha256[:12]}…, not "
            f"{artifact.sha256[:12]}…; restore it, or run `odviz verify` to see what else changed."
        )
    return files
