"""Files in one archive whose bytes depend on nothing but theirs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold."""

_UNIX, _MODE = 3, 0o100644


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
