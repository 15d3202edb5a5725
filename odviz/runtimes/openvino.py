"""OpenVINO on the CPU."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.domain.model import Layout
from odviz.runtimes._package import PackageRuntime
from odviz.runtimes.inputs import Port, PortSession

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

_PLAIN = {"LP_TRANSFORMS_MODE": "NO", "SNIPPETS_MODE": "DISABLE"}
"""Quantized networks are computed in float32, and no kernels are generated for chains of operators. Both properties are
internal; `test_runtimes.py` sees when they go."""

_SNIPPET = """\
import numpy
import openvino  # pip install openvino

model = openvino.Core().compile_model("@file", "CPU")
item = @item
scores = model([item])[0]
"""


class OpenVinoSession(PortSession):
    """A model compiled by OpenVINO, with one inference request.

    Args:
        module: the package `openvino`.
        compiled: an `openvino.CompiledModel`.
        path: of the file.
        layout: of its first input.
    """

    def __init__(self, module: Any, compiled: Any, path: Path, layout: Layout) -> None:
        super().__init__(path, layout, tuple(map(_port, compiled.inputs)), tuple(map(_port, compiled.outputs)))
        self._tensor, self._request = module.Tensor, compiled.create_infer_request()
        self._bound: Any = None

    def prepare(self, item: Array) -> Callable[[], object]:
        """See base.Session.

        Inputs and outputs are shared with the request, not copied. The inputs are bound when others were bound before,
        so in a block of inferences on one item only once.
        """
        tensors, infer = self._shared(self._batches(item)), self._request.infer

        def once() -> object:
            if self._bound is not tensors:
                self._bind(tensors)
            return infer(share_outputs=True)

        return once

    def _run(self, batches: Sequence[Array]) -> Iterable[Array]:
        self._bind(self._shared(batches))
        outputs: Iterable[Array] = self._request.infer().values()
        return outputs

    def _shared(self, batches: Sequence[Array]) -> Sequence[Any]:
        return [self._tensor(batch, shared_memory=True) for batch in batches]

    def _bind(self, tensors: Sequence[Any]) -> None:
        for index, tensor in enumerate(tensors):
            self._request.set_input_tensor(index, tensor)
        self._bound = tensors


def _port(port: Any) -> Port:
    shape = tuple(size.get_length() if size.is_static else None for size in port.get_partial_shape())
    return Port(next(iter(port.get_names()), "?"), shape, np.dtype(port.get_element_type().to_dtype()))


class OpenVino(PackageRuntime):
    """The plug-in."""

    name = package = module = "openvino"
    title = "OpenVINO"
    formats = ("onnx", "tflite")
    backend = "cpu"
    snippet = _SNIPPET

    def _import(self) -> Any:
        # The package would import its converter, which imports a package that reports its use over the network.
        sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]  # None: "cannot be imported"
        return super()._import()

    def _open(self, module: Any, path: Path, threads: int) -> Any:
        core = module.Core()
        config = {**_CONFIG, "INFERENCE_NUM_THREADS": threads, **(_PLAIN if self.is_plain else {})}
        return core.compile_model(core.read_model(str(path)), "CPU", config)

    def _session(self, module: Any, model: Any, path: Path, layout: Layout) -> OpenVinoSession:
        return OpenVinoSession(module, model, path, layout)


plugin = OpenVino()
