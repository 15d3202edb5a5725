"""Model files as exporters pack them: a zip archive with the model, and the classes in the order of its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.formats import FORMATS
from odviz.importing.collection import ARCHIVES, Entry, collection
from odviz.importing.orders import is_order, order_of


def unpack(paths: Sequence[Path], folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Model files, those of archives unpacked into a folder, and the names of the classes if a file has them.

    Args:
        paths: model files, archives of them, and files of the order of classes.
        folder: where archives are unpacked.

    Raises:
        FileRefused: an archive that holds no model, or several of one format, or is not safe to unpack.
    """
    files: list[Path] = []
    classes: tuple[str, ...] = ()
    for path in paths:
        if path.suffix.lower() not in ARCHIVES and not is_order(path.name):
            files.append(path)
            continue
        for entry in _entries(path):
            if is_order(entry.path.name):
                classes = order_of(entry)
                continue
            target = folder / entry.path.name
            target.write_bytes(entry.read())
            files.append(target)
    return files, classes


def _entries(path: Path) -> list[Entry]:
    """Models and orders of classes in an archive, or the one file.

    Raises:
        FileRefused: there is no model in an archive, or there are several of one format.
    """
    listed = collection(path)
    suffixes = [suffix for format in FORMATS for suffix in format.suffixes]
    models = [entry for entry in listed.entries if entry.suffix in suffixes]
    if path.suffix.lower() in ARCHIVES and not models:
        kinds = ", ".join(sorted({entry.suffix or entry.path.name for entry in listed.entries})[:6])
        raise FileRefused(
            f"{listed.name} holds no model that odviz reads ({', '.join(suffixes)}), but {kinds}. Export the model for "
            "TensorFlow Lite or as ONNX; in Teachable Machine: Export Model, Tensorflow Lite, Floating point.",
            place=listed.name,
        )
    for suffix in suffixes:
        same = [entry.path.name for entry in models if entry.suffix == suffix]
        if len(same) > 1:
            raise FileRefused(
                f"{listed.name} holds {len(same)} models ({', '.join(same[:6])}); give the one to measure.",
                place=listed.name,
            )
    orders = [entry for entry in listed.entries if is_order(entry.path.name)][:1]
    return [*models, *orders]
