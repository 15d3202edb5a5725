"""Files in one archive whose bytes depend on nothing but theirs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from odviz.domain.errors import FileRefused

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold."""

_UNIX, _MODE = 3, 0o100644


def unzipped(
    content: bytes, name: str, largest: int, check: Callable[[Sequence[zipfile.ZipInfo]], None]
) -> dict[str, bytes]:
    """The files of a zip archive by name.

    Args:
        content: of the archive.
        name: of it, for messages.
        largest: most bytes of it.
        check: refuses entries before they take up memory.

    Raises:
        FileRefused: it is too large, or no archive, or damaged; or by the check.
    """
    if len(content) > largest:
        raise FileRefused(f"{name} is larger than it can be ({largest >> 20} MB).", place=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            check(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except FileRefused:
        raise
    except Exception as error:  # zipfile and zlib raise anything on a damaged archive
        raise FileRefused(f"{name} is not a zip archive, or was cut, damaged or changed.", place=name) from error


def zipped(files: Mapping[str, bytes], *, compressed: bool = True) -> bytes:
    """A zip archive of files by name, in their order.

    Args:
        files: names in ASCII, with their contents.
        compressed: False for an archive that is the same with every version of the compressor.
    """
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = method, _UNIX, _MODE << 16
            writer.writestr(entry, content)
    return archive.getvalue()
