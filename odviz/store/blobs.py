"""Arrays as compact bytes and back; always little-endian, so that a database can move between machines.

Reading is strict: bytes that no `pack_…` has made are a ValueError, for they would become figures.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LOGITS_AT_MOST = 16 << 20
"""Bytes of logits, before compression, above which they are not kept."""


def pack_times(times: Sequence[int]) -> bytes:
    """Nanoseconds as int64."""
    return np.asarray(times, dtype="<i8").tobytes()


def unpack_times(blob: bytes) -> tuple[int, ...]:
    """What `pack_times` packed.

    Raises:
        ValueError: no whole number of times.
    """
    _expect(blob, len(blob) // 8 * 8)
    return tuple(np.frombuffer(blob, dtype="<i8").tolist())


def pack_classes(indices: NDArray[np.int64]) -> bytes:
    """Class indices, shape (N,), as uint8, or as uint16 where 256 classes are not enough.

    Raises:
        ValueError: an index below 0 or above 65,535.
    """
    if indices.size and not 0 <= indices.min() <= indices.max() <= 0xFFFF:
        raise ValueError(f"class indices from {indices.min()} to {indices.max()} do not fit in 16 bits")
    narrow = not indices.size or indices.max() <= 0xFF
    return indices.astype("u1" if narrow else "<u2").tobytes()


def unpack_classes(blob: bytes, items: int) -> NDArray[np.int64]:
    """What `pack_classes` packed; the width follows from how many items there are.

    Raises:
        ValueError: not as many.
    """
    _expect(blob, items, 2 * items)
    return np.frombuffer(blob, dtype="u1" if len(blob) == items else "<u2").astype(np.int64)


def pack_bits(flags: NDArray[np.bool_]) -> bytes:
    """Booleans, shape (N,), eight to a byte."""
    return np.packbits(flags).tobytes()


def unpack_bits(blob: bytes, items: int) -> NDArray[np.bool_]:
    """What `pack_bits` packed.

    Raises:
        ValueError: not as many.
    """
    _expect(blob, (items + 7) // 8)
    return np.unpackbits(np.frombuffer(blob, dtype="u1"), count=items).astype(np.bool_)


def pack_logits(logits: NDArray[np.float32] | None) -> tuple[bytes, int]:
    """Logits, shape (N, C), as compressed float32, and C; nothing and 0 where there are none or too many."""
    if logits is None or logits.size * 4 > LOGITS_AT_MOST:
        return b"", 0
    return zlib.compress(logits.astype("<f4").tobytes()), logits.shape[1]


def unpack_logits(blob: bytes, items: int, classes: int) -> NDArray[np.float32] | None:
    """What `pack_logits` packed.

    Raises:
        ValueError: not compressed logits, or not as many.
    """
    if not classes:
        return None
    try:
        raw = zlib.decompress(blob)
    except zlib.error as error:
        raise ValueError(f"they cannot be unpacked ({error})") from error
    _expect(raw, items * classes * 4)
    return np.frombuffer(raw, dtype="<f4").astype(np.float32).reshape(items, classes)


def _expect(blob: bytes, *sizes: int) -> None:
    if len(blob) not in sizes:
        raise ValueError(f"{len(blob)} bytes where there should be {' or '.join(map(str, dict.fromkeys(sizes)))}")
