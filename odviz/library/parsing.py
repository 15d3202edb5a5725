"""Parsing of files that a person can put down, bounded in depth, size and time: TOML, JSON, archives of arrays.

Tables have a module of their own: `odviz.library.tables`.
"""

from __future__ import annotations

import io
import math
import tomllib
import zipfile
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.text import shortened
from odviz.serialization import from_json

T = TypeVar("T")

LARGEST_JSON = 4 << 20
"""Most bytes of a JSON file."""

LARGEST_ARCHIVE = 1 << 30
"""Most bytes of an archive of arrays, and of its arrays together."""

_MOST_DOTS = 60
"""Dots in a line of TOML: `tomllib` takes the square of the parts of a dotted key, which cannot span lines."""

_MOST_ARRAYS = 100
_LONGEST_REASON = 200
"""Characters of a parser's message, which may repeat all that it read."""

_NPY: Any = np.lib.format
_HEADERS = {(1, 0): _NPY.read_array_header_1_0, (2, 0): _NPY.read_array_header_2_0}
"""Readers of the header of an array by its version; numpy refuses one of more than 10,000 bytes."""


def parse_toml(text: str, place: str) -> Mapping[str, Any]:
    """The content of a TOML file.

    Args:
        text: of limited size.
        place: what to call it in a message.

    Raises:
        FileRefused: it is not TOML, or would take too long to parse.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            raise FileRefused(f"{place}, line {number} has more than {_MOST_DOTS} dots; shorten it.", place=place)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileRefused(f"{place} is not TOML: {shortened(str(error), _LONGEST_REASON)}.", place=place) from error
    except RecursionError as error:
        raise FileRefused(f"{place} is nested too deeply.", place=place) from error
    except ValueError as error:  # an integer of TOML has any number of digits, one of Python has not
        raise FileRefused(f"{place} has a number with more digits than any figure can have.", place=place) from error


def parse_json(schema: type[T], text: str, place: str, kind: str) -> T:
    """The content of a JSON file.

    Args:
        schema: type of the value.
        text: of limited size.
        place: what to call it in a message.
        kind: of file, for messages ("manifest").

    Raises:
        FileRefused: it is not JSON, or does not fit the type.
    """
    try:
        return from_json(schema, text)
    except ValueError as error:
        raise FileRefused(f"{place} is not a {kind}: {shortened(str(error), _LONGEST_REASON)}.", place=place) from error


def parse_arrays(content: bytes, place: str, most: int = _MOST_ARRAYS) -> dict[str, Array]:
    """The arrays of an npz archive by name.

    Args:
        content: of the archive.
        place: what to call it in a message.
        most: arrays to accept.

    Raises:
        FileRefused: it is not an archive of plain arrays, or they are more or larger than any data set has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sizes(archive, most)
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # zipfile, zlib and numpy raise anything on a damaged archive
        raise FileRefused(
            f"{place} is not an archive of plain arrays: {shortened(str(error), _LONGEST_REASON)}.", place=place
        ) from error


def _check_sizes(archive: zipfile.ZipFile, most: int) -> None:
    """Refuse an archive before its arrays take up memory.

    Raises:
        ValueError: too many arrays, too many bytes, or an array whose header states another size than the archive.
    """
    entries = archive.infolist()
    if len(entries) > most:
        raise ValueError(f"it holds {len(entries):,} files; {most} is the most")
    if sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
        raise ValueError(f"its arrays are larger than {LARGEST_ARCHIVE >> 30} GB")
    for entry in entries:
        with archive.open(entry) as file:
            version = _NPY.read_magic(file)
            if version not in _HEADERS:
                raise ValueError(f"{entry.filename} has the unknown version {version}")
            shape, _, dtype = _HEADERS[version](file)
            if math.prod(shape) * dtype.itemsize != entry.file_size - file.tell():
                raise ValueError(f"{entry.filename} is not as large as its header says")
