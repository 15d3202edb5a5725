"""Images in one folder per class."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from odviz.domain.errors import FileRefused
from odviz.importing.collection import Collection, Entry
from odviz.importing.raw_data import RawData
from odviz.importing.readers._by_class import Unreadable, by_class, read_items
from odviz.importing.readers.base import Reader
from odviz.runtimes.inputs import Port
from odviz.units import counted

_FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "GIF", "TIFF")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Of Pillow, by number of channels."""

_USUAL_SIDE = 224
_MOST_PIXELS = 100_000_000


class ImageFolder(Reader):
    """Images as bytes, of the size and with the channels that the network takes."""

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
        fitter = _Fitter((width, height), _MODES[channels])
        data = read_items(filed, lambda content: fitter(content).reshape(item), item, "image", alive)
        return replace(data, arranged=True, remarks=data.remarks + fitter.remarks())


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


@dataclass
class _Fitter:
    """Makes pixels from images, and counts what it scales.

    Attributes:
        size: width and height of all images.
        mode: Pillow's name of their channels.
        scaled: how many images had another width and height, by these.
    """

    size: tuple[int, int]
    mode: str
    scaled: Counter[tuple[int, int]] = field(default_factory=Counter)

    def __call__(self, content: bytes) -> NDArray[np.uint8]:
        """Pixels of an image, upright, scaled until it covers the size, and cut at both ends of the longer side.

        Raises:
            Unreadable: it is no image, or a damaged one.
        """
        with _opened(content) as image:
            if image.size != self.size:
                self.scaled[image.size] += 1
            most = 2 * max(self.size)
            image.draft(self.mode, (most, most))  # a JPEG is decoded at a lower resolution, which is faster
            upright: Any = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits a pixel
                upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
            return np.asarray(ImageOps.fit(upright.convert(self.mode), self.size, Image.Resampling.BILINEAR), np.uint8)

    def remarks(self) -> tuple[str, ...]:
        """What was scaled."""
        if not self.scaled:
            return ()
        (width, height), count = self.scaled.most_common(1)[0]
        return (
            f"{counted(self.scaled.total(), 'image')} scaled to the {self.size[0]} × {self.size[1]} pixels that the "
            f"model takes, the longer side cut at both ends ({count:,} were {width} × {height}).",
        )


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """An image of one of the formats.

    Raises:
        Unreadable: it is none, is damaged, or is too large.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise Unreadable
            yield image
    except Exception as error:  # Pillow raises anything on a damaged file
        raise Unreadable from error


def _usual_size(entries: Sequence[Entry]) -> tuple[int, int]:
    """The width and height that most of the images have, if half have; else the usual one of networks."""
    sizes: Counter[tuple[int, int]] = Counter()
    for entry in entries[:200]:
        try:
            with _opened(entry.read()) as image:
                sizes[image.size] += 1
        except (Unreadable, FileRefused):
            continue
    if sizes:
        size, count = sizes.most_common(1)[0]
        if 2 * count >= sizes.total() and max(size) <= 2 * _USUAL_SIDE:
            return size
    return _USUAL_SIDE, _USUAL_SIDE


plugin = ImageFolder()
