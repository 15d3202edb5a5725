"""OpenVINO on the CPU."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.runtimes._inputs import Port, check_inputs, feed, fetch
from odviz.runtimes._installed import installed, runtime
from odviz.runtimes.base import Array, Availability

_CONVERTER = "openvino.tools.ovc"
_CONFIG = {
    "PERFORMANCE_HINT": "LATENCY",
    "NUM_STREAMS": "1",
    # By default CPUs with bfloat16 units (AMX, AVX-512) compute float32 networks in bfloat16.
    "INFERENCE_PRECISION_HINT": "f32",
    # odviz pins the process where it pins, whatever the runtime.
    "ENABLE_CPU_PINNING": False,
    "CACHE_DIR": "",
}


class OpenVinoSession:
    """A model compiled by OpenVINO, with one inference request.

    Args:
        module: the package `openvino`.
        compiled: an `openvino.CompiledModel`.
        layout: of its input.
    """

    def __init__(self, module: Any, compiled: Any, layout: Layout) -> None:
        self._tensor, self._layout = module.Tensor, layout
        self._request = compiled.create_infer_request()
        self._input, self._outputs = _port(compiled.input(0)), tuple(map(_port, compiled.outputs))
        self._bound: Any = None

    def predict(self, item: Array) -> tuple[Array, ...]:
        """See base.Session."""
        self._bind(self._shared(item))
        batches = self._request.infer().values()
        return tuple(fetch(batch, port) for batch, port in zip(batches, self._outputs, strict=True))

    def prepare(self, item: Array) -> Callable[[], object]:
        """See base.Session.

        Input and outputs are shared with the request, not copied. The input is bound when another one was bound
        before, so in a block of inferences on one item only once.
        """
        tensor, infer = self._shared(item), self._request.infer

        def once() -> object:
            if self._bound is not tensor:
                self._bind(tensor)
            return infer(share_outputs=True)

        return once

    def _shared(self, item: Array) -> Any:
        return self._tensor(feed(item, self._layout, self._input), shared_memory=True)

    def _bind(self, tensor: Any) -> None:
        self._request.set_input_tensor(tensor)
        self._bound = tensor


def _name(port: Any) -> str:
    return next(iter(port.get_names()), "?")


def _port(port: Any) -> Port:
    shape = tuple(size.get_length() if size.is_static else None for size in port.get_partial_shape())
    return Port(_name(port), shape, np.dtype(port.get_element_type().to_dtype()))


class OpenVino:
    """The plug-in."""

    name = "openvino"
    title = "OpenVINO"
    formats = ("onnx", "tflite")
    backend = "cpu"

    def available(self) -> Availability:
        """See base.Runtime."""
        return installed("openvino", "openvino")

    def load(self, path: Path, layout: Layout, threads: int) -> OpenVinoSession:
        """See base.Runtime."""
        availability = self.available()
        # The package would import its converter, which imports a package that reports its use over the network.
        sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]  # None: "cannot be imported"
        module = runtime(availability, "openvino")
        core = module.Core()
        try:
            compiled = core.compile_model(
                core.read_model(str(path)), "CPU", {**_CONFIG, "INFERENCE_NUM_THREADS": threads}
            )
        except MemoryError:
            raise
        except Exception as error:  # RuntimeError in most cases; its error types have no other base in common
            raise FileRefused(f"OpenVINO {availability.version} cannot load {path.name}: {error}") from error
        check_inputs(path, [_name(port) for port in compiled.inputs])
        return OpenVinoSession(module, compiled, layout)


plugin = OpenVino()
