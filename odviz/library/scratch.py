"""Folders for temporary files, which are removed even if the program that made them was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

from odviz.domain.errors import StoreError
from odviz.domain.rights import Right
from odviz.library.owner import Owner
from odviz.library.rights import require

OLD_S = 7 * 24 * 3600.0
"""Age at which a folder of another machine, whose processes cannot be seen, is taken for left behind, seconds."""

_PREFIX = "odviz-"


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A new folder that is removed on the way out; those of programs that have ended are removed first.

    Args:
        parent: folder to make it in.

    Raises:
        Forbidden: this session may not write files.
        OSError: it cannot be made.
    """
    require(Right.CHANGE)
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=_name(Owner.here()), dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A `scratch` folder where the system wants temporary files.

    Raises:
        StoreError: it cannot be made, or the body found its disk full or the folder gone.
    """
    try:
        with scratch(Path(tempfile.gettempdir())) as folder:
            yield folder
    except BrokenPipeError:  # of the output, while the progress is shown
        raise
    except OSError as error:
        raise temporary_files_refused(error) from error


def temporary_files_refused(error: OSError) -> StoreError:
    """The error for a folder of temporary files that cannot be used."""
    return StoreError(
        f"Temporary files cannot be written to {shared_temporary_folder()} or read from it: "
        f"{error.strerror or error}. Free some space there, or set TMPDIR to another folder."
    )


def shared_temporary_folder() -> Path:
    """The folder for temporary files of all programs; a worker has one of its own in it."""
    folder = Path(tempfile.tempdir or os.environ.get("TMPDIR") or os.sep)
    return folder.parent if _owner(folder.name) else folder


def sweep(parent: Path) -> None:
    """Remove the folders of programs that have ended, and the old ones of other machines."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = _owner(folder.name)
        if owner and (owner.gone or (owner.elsewhere and _age_s(folder) > OLD_S)):
            shutil.rmtree(folder, ignore_errors=True)


def _name(owner: Owner) -> str:
    """How the names of an owner's folders begin."""
    return f"{_PREFIX}{'+'.join(quote(part, safe='') for part in (owner.host, str(owner.pid), owner.birth))}+"


def _owner(name: str) -> Owner | None:
    """The owner of a folder, by its name; None for a folder of other origin."""
    parts = [unquote(part) for part in name.removeprefix(_PREFIX).split("+")]
    return Owner(parts[0], int(parts[1]), parts[2]) if len(parts) == 4 and parts[1].isdecimal() else None


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0
