"""Shipped files are used only if they are the recorded ones."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.errors import FileRefused, IntegrityError
from odviz.domain.model import Artifact
from odviz.formats import FORMATS
from odviz.formats.base import digest


def verify(path: Path, artifact: Artifact) -> None:
    """Refuse a shipped file that is not the recorded one.

    Raises:
        FileRefused: it is not there.
        IntegrityError: its bytes are others.
    """
    try:
        found = digest(FORMATS[artifact.format].files(path))
    except OSError as error:
        raise FileRefused(f"The shipped file {artifact.path} cannot be read: {error.strerror}.") from None
    if found != artifact.sha256:
        raise IntegrityError(
            f"The shipped file {artifact.path} is not the recorded one: its sha256 is {found[:12]}…, not "
            f"{artifact.sha256[:12]}…; get it anew, `odviz verify` checks all of them."
        )
