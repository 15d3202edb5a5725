"""Arrays and bytes: compact, exact, the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from odviz.store import blobs


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_times_round_trip(times: list[int]) -> None:
    assert blobs.unpack_times(blobs.pack_times(times)) == tuple(times)


@given(st.integers(1, 65_536).flatmap(lambda most: st.lists(st.integers(0, most - 1))))
def test_classes_round_trip_in_as_few_bytes_as_do(indices: list[int]) -> None:
    array = np.array(indices, np.int64)
    blob = blobs.pack_classes(array)
    assert blobs.unpack_classes(blob, len(array)).tolist() == indices
    assert len(blob) == len(indices) * (2 if max(indices, default=0) > 255 else 1)


@given(hnp.arrays(np.bool_, st.integers(0, 40)))
def test_bits_round_trip(flags: np.ndarray) -> None:
    assert blobs.unpack_bits(blobs.pack_bits(flags), len(flags)).tolist() == flags.tolist()


def test_bytes_are_little_endian() -> None:
    assert blobs.pack_times([1]) == b"\x01" + b"\x00" * 7
    assert blobs.pack_classes(np.array([256])) == b"\x00\x01"


@pytest.mark.parametrize("index", [-1, 65_536])
def test_a_class_that_does_not_fit_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match="do not fit in 16 bits"):
        blobs.pack_classes(np.array([index]))


def test_no_logits_are_no_bytes() -> None:
    assert blobs.pack_logits(None) == (b"", 0)
    assert blobs.unpack_logits(b"", 5, 0) is None
