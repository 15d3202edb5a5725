"""Shipped files are used only if they are the recorded ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

from odviz.domain.errors import FileRefused, IntegrityError
from odviz.domain.model import Artifact


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, artifact: Artifact) -> None:
    """Refuse a shipped file that is not the recorded one.

    Raises:
        FileRefused: it is not there.
        IntegrityError: its bytes are others.
    """
    try:
        found = sha256(path)
    except OSError as error:
        raise FileRefused(f"The shipped file {artifact.path} cannot be read: {error.strerror}.") from None
    if found != artifact.sha256:
        raise IntegrityError(
            f"The shipped file {artifact.path} is not the recorded one: its sha256 is {found[:12]}…, not "
            f"{artifact.sha256[:12]}…; get it anew, `odviz verify` checks all of them."
        )
