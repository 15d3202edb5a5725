from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.library.items import joined, parts, shapes
from odviz.runtimes.inputs import Port, feed, feeds, fetch

F32, I8 = np.dtype(np.float32), np.dtype(np.int8)


def test_channels_last_gets_a_batch_axis() -> None:
    item = np.zeros((2, 3, 4), np.float32)
    assert feed(item, Layout.CHANNELS_LAST, Port("x", (1, 2, 3, 4), F32)).shape == (1, 2, 3, 4)


def test_channels_first_moves_the_last_axis_and_is_contiguous() -> None:
    item = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    batch = feed(item, Layout.CHANNELS_FIRST, Port("x", (1, 4, 2, 3), F32))
    assert batch.flags.c_contiguous
    np.testing.assert_array_equal(batch[0, 1], item[:, :, 1])


def test_open_lengths_take_anything() -> None:
    assert feed(np.zeros(7, np.int64), Layout.TOKENS, Port("x", (None, None), np.dtype(np.int64))).shape == (1, 7)


@pytest.mark.parametrize("shape", [(1, 8), (1, 7, 1), (1,)])
def test_another_shape_is_refused_with_both_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(FileRefused, match="1 × 7"):
        feed(np.zeros(7, np.float32), Layout.TOKENS, Port("x", shape, F32))


def test_tokens_are_cast() -> None:
    batch = feed(np.array([1, 2]), Layout.TOKENS, Port("x", (1, 2), np.dtype(np.int32)))
    assert batch.dtype == np.int32


def test_quantized_input_rounds_and_saturates() -> None:
    batch = feed(np.array([0.0, 0.26, 1000.0, -1000.0]), Layout.TOKENS, Port("x", (1, 4), I8, 0.5, 3))
    np.testing.assert_array_equal(batch, [[3, 4, 127, -128]])
    assert batch.dtype == np.int8


def test_integers_without_a_scale_are_refused() -> None:
    with pytest.raises(FileRefused, match="without a scale"):
        feed(np.zeros(2, np.float32), Layout.TOKENS, Port("x", (1, 2), I8))


def test_quantized_outputs_become_real_values() -> None:
    output = fetch(np.array([[-1, 3]], np.int8), Port("y", (1, 2), I8, 0.25, -1))
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, [0, 1])


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int64])
def test_other_outputs_keep_their_type(dtype: type[np.generic]) -> None:
    output = fetch(np.ones((1, 2, 3), dtype), Port("y", (1, 2, 3), np.dtype(dtype)))
    assert output.dtype == dtype and output.shape == (2, 3)


def test_an_output_without_batch_axis_keeps_its_shape() -> None:
    assert fetch(np.ones((7, 4), np.float32), Port("boxes", (None, 4), F32)).shape == (7, 4)


def test_each_input_takes_its_part_of_an_item() -> None:
    pictures, states = np.arange(48, dtype=np.float32).reshape(2, 2, 3, 4), np.ones((2, 3), np.int64)
    items = joined({"x": pictures, "h": states, "rate": np.full(2, 16_000)})
    ports = [
        Port("x", (1, 4, 2, 3), F32),
        Port("h", (None, 3), np.dtype(np.int32)),
        Port("rate", (), np.dtype(np.int64)),
    ]
    picture, state, rate = feeds(items[1], Layout.CHANNELS_FIRST, ports)
    np.testing.assert_array_equal(picture[0], np.moveaxis(pictures[1], -1, 0))
    assert state.dtype == np.int32 and state.shape == (1, 3)
    assert rate.shape == () and rate == 16_000
    assert shapes(items) == ((2, 3, 4), (3,), ()) and [part.shape for part in parts(items[0])] == list(shapes(items))


def test_a_state_without_batch_axis_takes_an_item_of_its_own_shape() -> None:
    assert feed(np.zeros((2, 1, 8), np.float32), Layout.TOKENS, Port("state", (2, None, 8), F32)).shape == (2, 1, 8)


def test_items_of_another_number_of_parts_are_refused_with_the_names_of_the_inputs() -> None:
    with pytest.raises(FileRefused, match=r"2 inputs \(a, b\)"):
        feeds(np.zeros(7, np.float32), Layout.TOKENS, [Port("a", (1, 7), F32), Port("b", (1, 7), F32)])
