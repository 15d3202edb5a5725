"""Files of data as people have them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from odviz.runtimes.inputs import Port


def taking(*shape, dtype="float32") -> tuple[Port]:
    """The input of a network that takes items of a shape, as `odviz.importing.interface` gives it."""
    return (Port("x", (1, *shape), np.dtype(dtype)),)


RED, GREEN = (250, 10, 10), (10, 250, 10)


def image(colour=RED, size=(8, 8), kind="PNG", **options) -> bytes:
    """The bytes of an image of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """An archive of files, by name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder of files, by name."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
