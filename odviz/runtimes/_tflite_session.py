"""The TFLite interpreter and its sessions, which LiteRT and tflite-runtime share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.domain.model import Layout
from odviz.runtimes._package import PackageRuntime
from odviz.runtimes.inputs import Port, PortSession

_OPEN = -1


class TfliteSession(PortSession):
    """A model loaded by a TFLite interpreter.

    Args:
        interpreter: an `Interpreter` of either package, tensors allocated.
        path: of the file.
        layout: of its first input.
        reopen: returns another interpreter of the file.
    """

    def __init__(self, interpreter: Any, path: Path, layout: Layout, reopen: Callable[[], Any]) -> None:
        sources, targets = interpreter.get_input_details(), interpreter.get_output_details()
        super().__init__(path, layout, tuple(map(port_of, sources)), tuple(map(port_of, targets)))
        self._interpreter, self._in = interpreter, tuple(source["index"] for source in sources)
        self._out = tuple(target["index"] for target in targets)
        self._allocated = tuple(tuple(map(int, source["shape"])) for source in sources)
        self._reopen = reopen
        self._has_resources = any(tensor["dtype"] is np.object_ for tensor in interpreter.get_tensor_details())

    def predict(self, item: Array) -> tuple[Array, ...]:
        """See base.Session. A model that keeps a state begins every item from the same one."""
        if self._has_resources:  # which only a new interpreter resets
            self._interpreter = self._reopen()
        self._interpreter.reset_all_variables()
        return super().predict(item)

    def _run(self, batches: Sequence[Array]) -> Iterable[Array]:
        for index, batch in zip(self._in, batches, strict=True):
            self._interpreter.set_tensor(index, batch)
        self._interpreter.invoke()
        return map(self._interpreter.get_tensor, self._out)

    def prepare(self, item: Array) -> Callable[[], object]:
        """See base.Session.

        The calls of an application. `tensor()` views are no faster (they have to be created again after every
        invoke), and the wrapped native object, which saves 0.3 µs a call, is private.
        """
        feed, targets = tuple(zip(self._in, self._batches(item), strict=True)), self._out
        set_tensor, invoke, get_tensor = (
            self._interpreter.set_tensor, self._interpreter.invoke, self._interpreter.get_tensor,
        )  # fmt: skip

        def once() -> object:
            for index, batch in feed:
                set_tensor(index, batch)
            invoke()
            return tuple(map(get_tensor, targets))

        return once

    def _batches(self, item: Array) -> tuple[Array, ...]:
        batches = super()._batches(item)
        shapes = tuple(batch.shape for batch in batches)
        if shapes != self._allocated:
            for index, shape in zip(self._in, shapes, strict=True):
                self._interpreter.resize_tensor_input(index, shape)
            self._interpreter.allocate_tensors()
            self._allocated = shapes
        return batches


def port_of(details: Any) -> Port:
    """One of the inputs or outputs that an interpreter describes."""
    sizes = details["shape_signature"] if len(details["shape_signature"]) else details["shape"]
    shape = tuple(None if size == _OPEN else int(size) for size in sizes)
    scale, zero_point = details["quantization"]
    return Port(details["name"], shape, np.dtype(details["dtype"]), float(scale), int(zero_point))


_SNIPPET = """\
import numpy
from MODULE import Interpreter  # pip install PACKAGE

interpreter = Interpreter("@file")
interpreter.allocate_tensors()
takes, gives = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
item = @item
if takes["dtype"] != item.dtype:  # the file computes in whole numbers from the start
    (scale, zero), bounds = takes["quantization"], numpy.iinfo(takes["dtype"])
    item = numpy.clip(numpy.round(item / scale) + zero, bounds.min, bounds.max).astype(takes["dtype"])
interpreter.set_tensor(takes["index"], item)
interpreter.invoke()
scores = interpreter.get_tensor(gives["index"])
"""


class InterpreterRuntime(PackageRuntime):
    """The interpreter of either package, with its default delegate (XNNPACK)."""

    formats = ("tflite",)
    backend = "xnnpack"

    @property
    def snippet(self) -> str:  # type: ignore[override]  # the same lines for both packages
        """See base.Runtime."""
        return _SNIPPET.replace("MODULE", self.module).replace("PACKAGE", self.package)

    def _open(self, module: Any, path: Path, threads: int) -> Any:
        kinds = module.OpResolverType
        kernels = kinds.BUILTIN_REF if self.is_plain else kinds.AUTO
        interpreter = module.Interpreter(
            model_path=str(path), num_threads=threads, experimental_op_resolver_type=kernels
        )
        interpreter.allocate_tensors()
        return interpreter

    def _session(self, module: Any, model: Any, path: Path, layout: Layout) -> TfliteSession:
        return TfliteSession(model, path, layout, lambda: self._open(module, path, threads=1))
