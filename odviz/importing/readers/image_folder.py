"""Images in one folder per class."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from odviz.domain.errors import FileRefused
from odviz.importing.collection import Collection, Entry
from odviz.importing.raw_data import RawData
from odviz.importing.readers._by_class import by_class, most_items, spread
from odviz.importing.readers.base import Reader
from odviz.runtimes.inputs import Port
from odviz.units import counted

_FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "GIF", "TIFF")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Of Pillow, by number of channels."""

_USUAL_SIDE = 224
_MOST_PIXELS = 100_000_000

_Sized = list[tuple[NDArray[np.uint8], tuple[int, int], str]]


class ImageFolder(Reader):
    """Images as bytes of the size and the channels that the network takes."""

    name = "image-folder"
    title = "a folder or zip of images (JPEG, PNG, WebP, BMP, GIF, TIFF), one folder per class"
    suffixes = (".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")

    def read(self, files: Collection, inputs: Sequence[Port], alive: Callable[[], None]) -> RawData:
        """See base.Reader."""
        shape = inputs[0].shape[1:]
        filed = by_class(files, self.suffixes, "image")
        height, width, channels = _picture(shape)
        if height is None or width is None:
            usual = _usual_size([entry for entry, _ in filed.test])
            height, width = height or usual[1], width or usual[0]
        item = (height, width) if len(shape) == 2 else (height, width, channels)
        most = most_items(height * width * channels)
        remarks = list(filed.remarks)
        parts = []
        for part in (filed.test, filed.calibration):
            chosen = spread(part, most)
            read = _read(chosen, (width, height), _MODES[channels], alive)
            parts.append(
                RawData(
                    np.array([pixels for pixels, _, _ in read], np.uint8).reshape(-1, *item),
                    np.array([name for _, _, name in read]) if filed.classes else None,
                    None,
                )
            )
            remarks += _what_was_read(part, chosen, read, (width, height))
        test, calibration = parts
        if not len(test.items):
            raise FileRefused(f"None of the images in {files.name} can be read.", place=files.name)
        return RawData(
            test.items,
            test.targets,
            None,
            classes=filed.classes,
            calibration=calibration if len(calibration.items) else None,
            remarks=tuple(remarks),
        )


def _picture(shape: tuple[int | None, ...]) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the pictures that fit an input.

    Raises:
        FileRefused: no picture does.
    """
    if len(shape) == 2:
        return shape[0], shape[1], 1
    if len(shape) == 3 and shape[-1] in _MODES:
        return shape[0], shape[1], shape[-1]
    if len(shape) == 3 and shape[0] in _MODES:
        return shape[1], shape[2], shape[0]
    taken = " × ".join("any" if size is None else str(size) for size in shape)
    raise FileRefused(
        f"The model takes {taken} numbers an item, which is no picture of one, three or four channels. Prepare "
        "the images as for its training, and give them as an .npz archive of items x and labels y."
    )


def _read(files: Sequence[tuple[Entry, str]], size: tuple[int, int], mode: str, alive: Callable[[], None]) -> _Sized:
    """Pixels, original width and height, and class of every image that can be read."""
    read = []
    for entry, name in files:
        alive()
        try:
            pixels, original = _pixels(entry.read(), size, mode)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, FileRefused):  # what Pillow raises
            continue
        read.append((pixels, original, name))
    return read


def _pixels(content: bytes, size: tuple[int, int], mode: str) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Pixels of an image, upright, scaled until it covers a size and cut at both ends; and its own width and height."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        original = image.size
        image.draft(mode, (2 * max(size), 2 * max(size)))  # a JPEG is decoded at a lower resolution
        upright: Any = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):  # 16 bits a pixel
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        fitted = ImageOps.fit(upright.convert(mode), size, Image.Resampling.BILINEAR)
        return np.asarray(fitted, np.uint8), original


def _usual_size(entries: Sequence[Entry]) -> tuple[int, int]:
    """The width and height that most of the images have, if half have; else the usual one of networks."""
    sizes: Counter[tuple[int, int]] = Counter()
    for entry in entries[:200]:
        try:
            with Image.open(io.BytesIO(entry.read()), formats=_FORMATS) as image:
                sizes[image.size] += 1
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, FileRefused):
            continue
    if sizes:
        size, count = sizes.most_common(1)[0]
        if 2 * count >= sizes.total() and max(size) <= 2 * _USUAL_SIDE:
            return size
    return _USUAL_SIDE, _USUAL_SIDE


def _what_was_read(
    part: Sequence[tuple[Entry, str]], chosen: Sequence[tuple[Entry, str]], read: _Sized, size: tuple[int, int]
) -> list[str]:
    """Remarks on one part of the images."""
    remarks = []
    if len(chosen) < len(part):
        remarks.append(f"{len(chosen):,} of {len(part):,} images are used, about as many of each class.")
    if len(read) < len(chosen):
        remarks.append(f"{counted(len(chosen) - len(read), 'image')} cannot be read: skipped.")
    others = Counter(original for _, original, _ in read if original != size)
    if others:
        usual, count = others.most_common(1)[0]
        remarks.append(
            f"{counted(others.total(), 'image')} scaled to the {size[0]} × {size[1]} pixels that the model takes, the "
            f"longer side cut at both ends ({count:,} were {usual[0]} × {usual[1]})."
        )
    return remarks


plugin = ImageFolder()
