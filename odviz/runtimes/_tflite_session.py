"""Sessions of the TFLite interpreter, which LiteRT and tflite-runtime share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.runtimes._inputs import Port, check_inputs, feed, fetch
from odviz.runtimes.base import Array

_OPEN = -1


class TfliteSession:
    """A model loaded by a TFLite interpreter.

    Args:
        interpreter: an `Interpreter` of either package, tensors allocated.
        layout: of its input.
    """

    def __init__(self, interpreter: Any, layout: Layout) -> None:
        self._interpreter, self._layout = interpreter, layout
        self._read_ports()

    def predict(self, item: Array) -> tuple[Array, ...]:
        """See base.Session."""
        self._interpreter.set_tensor(self._in, self._batch(item))
        self._interpreter.invoke()
        return tuple(
            fetch(self._interpreter.get_tensor(index), port)
            for index, port in zip(self._out, self._outputs, strict=True)
        )

    def prepare(self, item: Array) -> Callable[[], object]:
        """See base.Session.

        The three calls of an application. `tensor()` views are no faster (they have to be created again after every
        invoke), and the wrapped native object, which saves 0.3 µs a call, is private.
        """
        batch, source, targets = self._batch(item), self._in, self._out
        set_tensor, invoke, get_tensor = (
            self._interpreter.set_tensor, self._interpreter.invoke, self._interpreter.get_tensor,
        )  # fmt: skip

        def once() -> object:
            set_tensor(source, batch)
            invoke()
            return tuple(map(get_tensor, targets))

        return once

    def _batch(self, item: Array) -> Array:
        batch = feed(item, self._layout, self._input)
        if batch.shape != self._allocated:
            self._interpreter.resize_tensor_input(self._in, batch.shape)
            self._interpreter.allocate_tensors()
            self._read_ports()
        return batch

    def _read_ports(self) -> None:
        source, targets = self._interpreter.get_input_details()[0], self._interpreter.get_output_details()
        self._in, self._out = source["index"], tuple(target["index"] for target in targets)
        self._input, self._outputs = _port(source), tuple(map(_port, targets))
        self._allocated = tuple(map(int, source["shape"]))


def _port(details: Any) -> Port:
    sizes = details["shape_signature"] if len(details["shape_signature"]) else details["shape"]
    shape = tuple(None if size == _OPEN else int(size) for size in sizes)
    scale, zero_point = details["quantization"]
    return Port(details["name"], shape, np.dtype(details["dtype"]), float(scale), int(zero_point))


def open_session(interpreter_class: Any, runtime: str, path: Path, layout: Layout, threads: int) -> TfliteSession:
    """Load a `.tflite` file with the default delegate (XNNPACK).

    Args:
        interpreter_class: `Interpreter` of either package.
        runtime: its name and version, for messages.
        path: the file.
        layout: of its input.
        threads: inside one inference.

    Raises:
        FileRefused: the interpreter cannot load it, with its reason.
    """
    try:
        interpreter = interpreter_class(model_path=str(path), num_threads=threads)
        interpreter.allocate_tensors()
    except MemoryError:
        raise
    except Exception as error:  # ValueError or RuntimeError, depending on the version
        raise FileRefused(f"{runtime} cannot load {path.name}: {error}") from error
    check_inputs(path, [details["name"] for details in interpreter.get_input_details()])
    return TfliteSession(interpreter, layout)
