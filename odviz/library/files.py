"""Bounded reading of files that a user names, and writing files in one step."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from odviz.domain.errors import FileRefused, StoreError
from odviz.domain.rights import Right
from odviz.domain.text import visible
from odviz.library.rights import require


def open_file(path: Path) -> BufferedReader:
    """A file, or what a link leads to, opened for reading.

    Raises:
        OSError: it cannot be read, or is a folder, pipe or device: one may block the reader, another may never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is a folder, pipe or device; name a file")
    return path.open("rb")


def read_bytes(path: Path, largest: int, kind: str) -> bytes:
    """The content of a file of limited size.

    Args:
        path: of the file, or of a link to it.
        largest: most bytes to accept.
        kind: of file, for messages ("device profile").

    Raises:
        FileRefused: missing, too large, or a pipe, a device or a folder.
    """
    try:
        with open_file(path) as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise FileRefused(f"The {kind} {printable(path)} cannot be read: {error.strerror or error}.") from error
    if len(content) > largest:
        raise _too_large(printable(path), largest, kind)
    return content


def read_text(path: Path, largest: int, kind: str) -> str:
    """The content of a UTF-8 file of limited size, without its byte order mark.

    Raises:
        FileRefused: see `read_bytes`; or it is not UTF-8.
    """
    return decoded(read_bytes(path, largest, kind), printable(path), largest, kind)


def decoded(content: bytes, name: str, largest: int, kind: str, advice: str = "save it as UTF-8") -> str:
    """UTF-8 content of limited size as text, without its byte order mark.

    Args:
        content: of the file.
        name: of the file, for messages.
        largest: most bytes to accept.
        kind: of file, for messages ("device profile").
        advice: what to do with a file in another encoding.

    Raises:
        FileRefused: too large, or not UTF-8.
    """
    if len(content) > largest:
        raise _too_large(name, largest, kind)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name} is not text in UTF-8; {advice}.", place=name) from None


def _too_large(name: str, largest: int, kind: str) -> FileRefused:
    most = f"{largest >> 20} MB" if largest >> 20 else f"{largest >> 10} kB"
    return FileRefused(f"{name} is larger than a {kind} can be ({most}).", place=name)


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place only when it is complete and on the disk.

    A reader sees the old file or the new one; a full disk, an exception or a crash leaves the old one.

    Args:
        path: of the file; its folder must exist.

    Raises:
        Forbidden: this session may not write files.
        OSError: it cannot be written.
    """
    require(Right.CHANGE)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step, and its folder.

    Raises:
        Forbidden: this session may not write files.
        StoreError: it cannot be written; nothing was changed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(content)
    except OSError as error:
        reason = f"{error.strerror or error}. Nothing was changed."
        raise StoreError(f"{printable(path)} cannot be written: {reason}") from error


def printable(path: Path | str) -> str:
    r"""A path as text that can be shown and stored: what is invisible or no UTF-8 is escaped, as in "\\udcff"."""
    return visible(str(path))
