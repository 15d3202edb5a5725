"""Random inputs of the right shape, for a network without data: latency, memory and size depend on little else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.importing.feeding import feeding, is_derived, is_state
from odviz.importing.interface import Interface, open_session, probe
from odviz.importing.raw_data import RawData
from odviz.library.items import joined
from odviz.runtimes.inputs import Port

ITEM_COUNT = 32
"""Inputs that test; as many calibrate quantizers."""

_SIDES = (224, 128, 64, 32, 16, 1)
"""Sizes to try for an open side, the first that the network takes."""

_LARGEST_INTEGERS = (255, 1)
"""Largest numbers to try for integer inputs: bytes or tokens, then flags."""

_RATE = re.compile(r"rate|^sr$", re.IGNORECASE)
_RATE_HZ = 16_000


def random_data(path: Path, format: str) -> RawData:
    """Random items that a network runs on.

    Args:
        path: of the file.
        format: its format.

    Raises:
        FileRefused: it runs on none that odviz makes.
    """
    interface = probe(path, format)
    session = open_session(path, format, Layout.TOKENS)
    refusal = FileRefused("")
    for side, largest in _sizes(interface):
        data = _data(interface, side, largest, seed=0)
        try:
            session.predict(_first(interface, data))
        except FileRefused as error:
            refusal = FileRefused(f"The model does not run on random inputs; bring data of your own. {error}")
        else:
            size = f" Its open sides are {side}." if side else ""
            remark = f"There are no data: its inputs are random, so nothing is known of its accuracy.{size}"
            return replace(data, calibration=_data(interface, side, largest, seed=1), remarks=(remark,))
    raise refusal


def _sizes(interface: Interface) -> Iterator[tuple[int, int]]:
    """Sizes of open sides, 0 if there are none, and largest integers, in the order in which they are tried."""
    is_open = any(None in port.shape[1:] for port in interface.inputs)
    has_integers = any(port.dtype.kind in "iu" and not port.scale for port in interface.inputs)
    for largest in _LARGEST_INTEGERS if has_integers else (0,):
        for side in _SIDES if is_open else (0,):
            yield side, largest


def _data(interface: Interface, side: int, largest: int, seed: int) -> RawData:
    """Items for the first input that is neither a state nor follows from another, and arrays for all further such."""
    rng = np.random.default_rng(seed)
    free = [port for port in interface.inputs if not is_derived(port) and not is_state(port, interface)]
    first = free[0] if free else interface.inputs[0]
    others = {port.name: _items(port, side, largest, rng) for port in free[1:]}
    return RawData(_items(first, side, largest, rng), None, None, first.name, others)


def _items(port: Port, side: int, largest: int, rng: np.random.Generator) -> Array:
    """Numbers from 0 to 1, or integers, for one input; shape (ITEM_COUNT, …)."""
    shape = (ITEM_COUNT, *(side if size is None else size for size in port.shape[1:]))
    if _RATE.search(port.name) and not shape[1:]:
        return np.full(shape, _RATE_HZ, port.dtype)
    if port.dtype.kind in "iu" and not port.scale:
        return rng.integers(0, min(largest, np.iinfo(port.dtype.name).max), shape, endpoint=True).astype(port.dtype)
    if port.dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    return rng.random(shape, np.float32)


def _first(interface: Interface, data: RawData) -> Array:
    """The first item, in the order of the file's inputs."""
    further = {name: array[0] for name, array in feeding(interface, data).further.items()}
    arrays = {port.name: further.get(port.name, data.items[0]) for port in interface.inputs}
    item: Array = joined({name: np.asarray(array)[np.newaxis] for name, array in arrays.items()})[0]
    return item
