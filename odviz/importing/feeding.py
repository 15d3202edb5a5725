"""What each input of a network takes: items, what comes with them in the data, or what follows from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.importing.arrangement import arrangements
from odviz.importing.interface import Interface
from odviz.importing.raw_data import RawData
from odviz.runtimes.inputs import Port, fits

_MASK = re.compile(r"mask", re.IGNORECASE)
_SEGMENT = re.compile(r"token_?type|segment", re.IGNORECASE)
_POSITION = re.compile(r"position", re.IGNORECASE)
_DERIVED = re.compile("|".join(kind.pattern for kind in (_MASK, _SEGMENT, _POSITION)), re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Feeding:
    """What the inputs of a network take.

    Attributes:
        order: places of its inputs in the file, the one that takes the items first.
        further: what the others take of each item, by name in the file, each of shape (N, …).
        remarks: how that was found, a sentence each.
    """

    order: tuple[int, ...]
    further: dict[str, Array]
    remarks: tuple[str, ...] = ()


def feeding(interface: Interface, data: RawData) -> Feeding:
    """Find out what each input of a network takes.

    The items are for the first input that they fit and that the data name no other array for. What the others take is,
    in this order: an array of the input's name in the data; zeros for a state, which is an input with an output of its
    shape; and for token indices a mask of those that are not 0, a first segment, or the positions.

    Raises:
        FileRefused: an input remains of which nothing is known; says what would work.
    """
    inputs = interface.inputs
    main = _main(inputs, data)
    order = (main, *(index for index in range(len(inputs)) if index != main))
    further: dict[str, Array] = {}
    remarks = []
    for index in order[1:]:
        port = inputs[index]
        array, remark = _stored(port, data) or _state(port, interface, len(data.items)) or _derived(port, data.items)
        further[port.name] = np.ascontiguousarray(array, "float32" if port.scale else port.dtype)
        remarks.append(f"Its input {port.name!r} takes {remark}.")
    return Feeding(order, further, tuple(remarks))


def _main(inputs: Sequence[Port], data: RawData) -> int:
    """Place of the input that takes the items: of those they fit the first, and a mask after others.

    The first of all inputs if they fit none, which is refused later.
    """
    fitting = [
        index
        for index, port in enumerate(inputs)
        if data.input in ("", port.name) and port.name not in data.others and _accepts(port, data.items.shape[1:])
    ]
    return min(fitting, key=lambda index: is_derived(inputs[index]), default=0)


def _accepts(port: Port, shape: tuple[int, ...]) -> bool:
    try:
        return bool(arrangements(shape, port.shape[1:]))
    except FileRefused:
        return False


def _stored(port: Port, data: RawData) -> tuple[Array, str] | None:
    array = data.others.get(port.name)
    if array is None:
        return None
    if array.dtype.kind not in "biuf":
        raise FileRefused(f"{port.name} is of type {array.dtype} in the data; it must hold numbers.")
    count = len(data.items)
    if array.size == 1 and (count > 1 or array.ndim == 0):
        value = array.reshape(())
        return np.broadcast_to(value, (count, *_item_shape(port))), f"{value} for every item"
    if len(array) != count and fits(array.shape, port.shape) and (len(array) == 1 or port.shape[0] is not None):
        own = array[0] if len(array) == 1 else array
        return np.broadcast_to(own, (count, *own.shape)), "the one array of its name for every item"
    if len(array) != count:
        raise FileRefused(
            f"The data hold {count:,} items and {len(array):,} of {port.name}; they must be as many, or one value."
        )
    if not any(fits(shape, port.shape) for shape in ((1, *array.shape[1:]), array.shape[1:])):
        wanted = " × ".join("any" if size is None else str(size) for size in port.shape)
        raise FileRefused(f"{port.name} is {array.shape[1:]} an item in the data, and the model takes {wanted}.")
    return array, "the array of its name in the data"


def _state(port: Port, interface: Interface, count: int) -> tuple[Array, str] | None:
    """Zeros for a state."""
    if not is_state(port, interface):
        return None
    shape = (count, *_item_shape(port))
    return np.broadcast_to(np.float32(0), shape), "a state: it is zero at the start of every item"


def is_state(port: Port, interface: Interface) -> bool:
    """Whether an output has the shape of an input: what a recurrence is to remember from one call to the next.

    Where they differ in open sizes, the name of the output has to begin with that of the input ("state", "stateN").
    """
    if port.dtype.kind != "f" or not port.shape:
        return False
    return any(
        output.shape == port.shape or (output.name.startswith(port.name) and _may_equal(output.shape, port.shape))
        for output in interface.outputs
        if output.dtype == port.dtype
    )


def _may_equal(shape: Sequence[int | None], other: Sequence[int | None]) -> bool:
    return len(shape) == len(other) and all(
        size == wanted or None in (size, wanted) for size, wanted in zip(shape, other, strict=True)
    )


def is_derived(port: Port) -> bool:
    """Whether an input is called like one that follows from the tokens of a text."""
    return bool(_DERIVED.search(port.name))


def _derived(port: Port, items: Array) -> tuple[Array, str]:
    """What the usual further inputs of a network of texts take.

    Raises:
        FileRefused: it is none of these.
    """
    if items.dtype.kind in "iu" and items.ndim == 2 and fits((1, items.shape[1]), port.shape):
        if _MASK.search(port.name):
            return items != 0, "a mask: 1 where the item is not 0"
        if _SEGMENT.search(port.name):
            return np.zeros_like(items), "0 for every token, which are of the first segment"
        if _POSITION.search(port.name):
            return np.broadcast_to(np.arange(items.shape[1]), items.shape), "the positions 0, 1, 2, …"
    wanted = " × ".join("any" if size is None else str(size) for size in port.shape) or "one number"
    raise FileRefused(
        f"The model has a further input, {port.name!r} ({wanted}, {port.dtype}), that the data hold nothing for: in an "
        f".npz archive, store an array of that name beside x, with one row an item, or one value for all."
    )


def _item_shape(port: Port) -> tuple[int, ...]:
    """Shape of what a port takes of an item: without a first axis of one, which is the batch; open sizes are one."""
    shape = tuple(1 if size is None else size for size in port.shape)
    return shape[1:] if shape and shape[0] == 1 else shape


def describe(ports: Iterable[Port]) -> str:
    """Names and types, for messages."""
    return ", ".join(f"{port.name!r} ({port.dtype})" for port in ports)
