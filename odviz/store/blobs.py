"""Arrays as compact bytes and back; always little-endian, so that a database can move between machines.

Reading is strict: bytes that no `pack_…` function has made raise ValueError.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from odviz.arrays import Array

_DTYPES = {np.dtype(code).newbyteorder("<").str for code in "?bBhHiIqQefd"}
_HEADER_BYTES = 10_000


def pack_times(times: Sequence[int]) -> bytes:
    """Nanoseconds as int64."""
    return np.asarray(times, dtype="<i8").tobytes()


def unpack_times(blob: bytes) -> tuple[int, ...]:
    """Reverse `pack_times`.

    Raises:
        ValueError: no whole number of times.
    """
    if len(blob) % 8:
        raise ValueError(f"{len(blob)} bytes are no whole number of times")
    return tuple(np.frombuffer(blob, dtype="<i8").tolist())


def pack_arrays(arrays: Sequence[Array]) -> bytes:
    """Booleans, integers and floats of any shape: a line of JSON with each dtype and shape, then zlib."""
    little = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape) for array in arrays]
    header = json.dumps([[array.dtype.str, array.shape] for array in little])
    return header.encode() + b"\n" + zlib.compress(b"".join(array.tobytes() for array in little))


def unpack_arrays(blob: bytes) -> tuple[Array, ...]:
    """Reverse `pack_arrays`.

    Raises:
        ValueError: not packed arrays, or of another length than their header says.
    """
    header, _, packed = blob.partition(b"\n")
    layout = _layout(header)
    sizes = [dtype.itemsize * math.prod(shape) for dtype, shape in layout]
    decompressor = zlib.decompressobj()
    try:
        content = decompressor.decompress(packed, min(sum(sizes) + 1, sys.maxsize))
    except zlib.error as error:
        raise ValueError(f"they cannot be unpacked ({error})") from error
    if len(content) != sum(sizes) or not decompressor.eof or decompressor.unused_data:
        raise ValueError(f"{sum(sizes)} bytes of arrays are expected, and there are more or fewer")
    arrays, start = [], 0
    for (dtype, shape), size in zip(layout, sizes, strict=True):
        part = content[start : start + size]
        if dtype.kind == "b" and part.strip(b"\0\1"):
            raise ValueError("a boolean is neither 0 nor 1")
        arrays.append(np.frombuffer(part, dtype).astype(dtype.newbyteorder("=")).reshape(shape))
        start += size
    return tuple(arrays)


def _layout(header: bytes) -> list[tuple[np.dtype[Any], tuple[int, ...]]]:
    """Read and check the dtype and the shape of each array."""
    if len(header) > _HEADER_BYTES:
        raise ValueError("the header is too long")
    try:
        entries = [(dtype, tuple(shape)) for dtype, shape in json.loads(header)]
        sound = all(
            dtype in _DTYPES and all(type(size) is int and size >= 0 for size in shape) for dtype, shape in entries
        )
    except (TypeError, RecursionError) as error:
        raise ValueError(f"the header is not one of arrays ({error})") from error
    if not sound:
        raise ValueError(f"the header is not one of arrays: {header[:80]!r}")
    return [(np.dtype(dtype), shape) for dtype, shape in entries]
