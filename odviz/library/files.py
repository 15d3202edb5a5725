"""Reading a file that a person named: it may be no file, never end, or be called what no text can hold."""

from __future__ import annotations

import stat
from pathlib import Path

from odviz.domain.errors import FileRefused


def read_bytes(path: Path, largest: int, what: str) -> bytes:
    """The content of a file, and never more than a file of its kind can hold.

    Args:
        path: of the file; a link to one will do.
        largest: bytes that are believed.
        what: the kind of file, for messages ("device profile").

    Raises:
        FileRefused: missing, too large, or a pipe, a device or a folder; says which.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe may keep a reader waiting, a device may never end
            raise FileRefused(f"The {what} {shown(path)} cannot be read: it is a folder, pipe or device; name a file.")
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise FileRefused(f"The {what} {shown(path)} cannot be read: {error.strerror or error}.") from error
    if len(content) > largest:
        raise FileRefused(f"{shown(path)} is larger than a {what} can be ({largest >> 20} MB).")
    return content


def read_text(path: Path, largest: int, what: str) -> str:
    """The same as text in UTF-8, with or without a mark at its beginning.

    Raises:
        FileRefused: see `read_bytes`, or no such text.
    """
    try:
        return read_bytes(path, largest, what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"The {what} {shown(path)} cannot be read: it is not text in UTF-8; save it so.") from None


def shown(path: Path | str) -> str:
    r"""A path as a message, a page and a database can hold it: bytes that are no UTF-8 become "\\udcff"."""
    return str(path).encode("utf-8", "backslashreplace").decode()
