"""Arrays and bytes: compact, exact, the same on every machine."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from odviz.store import blobs

DTYPES = st.one_of(hnp.boolean_dtypes(), hnp.integer_dtypes(), hnp.unsigned_integer_dtypes(), hnp.floating_dtypes())
ARRAYS = hnp.arrays(DTYPES.filter(lambda dtype: dtype.itemsize <= 8), hnp.array_shapes(min_dims=0, min_side=0))


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_times_round_trip(times: list[int]) -> None:
    assert blobs.unpack_times(blobs.pack_times(times)) == tuple(times)


@given(st.lists(ARRAYS, max_size=3))
def test_arrays_round_trip(arrays: list[np.ndarray]) -> None:
    unpacked = blobs.unpack_arrays(blobs.pack_arrays(arrays))
    for array, expected in zip(unpacked, arrays, strict=True):
        np.testing.assert_array_equal(array, expected)
        assert (array.shape, array.dtype) == (expected.shape, expected.dtype.newbyteorder("="))


def test_bytes_are_little_endian() -> None:
    assert blobs.pack_times([1]) == b"\x01" + b"\x00" * 7
    header, _, content = blobs.pack_arrays([np.array([256], ">i2")]).partition(b"\n")
    assert (json.loads(header), zlib.decompress(content)) == ([["<i2", [1]]], b"\x00\x01")


def packed(header: Any, content: bytes) -> bytes:
    return json.dumps(header).encode() + b"\n" + zlib.compress(content)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"[]",
        b"\xff\n",
        b"[" * 9_000 + b"\n",
        b"{}" + b" " * 20_000 + b"\n" + zlib.compress(b""),
        packed({"<f4": [1]}, b"0000"),
        packed([["<f4"]], b"0000"),
        packed([["<f4", 1]], b"0000"),
        packed([["<f4", [True]]], b"0000"),
        packed([["<f4", [-1]]], b"0000"),
        packed([["<f4", [2]]], b"0000"),
        packed([["<f4", [10**30]]], b"0000"),
        packed([["<f4", [1]]], b"00000"),
        packed([["|O", [1]]], b"00000000"),
        packed([["<U1", [1]]], b"0000"),
        packed([[["<f4"], [1]]], b"0000"),
        packed([["|b1", [1]]], b"\x02"),
        packed([["<f4", [1]]], b"0000") + b"more",
        packed([["<f4", [1]]], b"0000")[:-1],
        packed([["<f4", [1]]], b"0000").replace(b"\n", b"\n\n"),
    ],
)
def test_other_bytes_are_refused(blob: bytes) -> None:
    with pytest.raises(ValueError):
        blobs.unpack_arrays(blob)


def test_other_times_are_refused() -> None:
    with pytest.raises(ValueError, match="5 bytes"):
        blobs.unpack_times(b"01234")
