"""Half precision: every number in 16 bits instead of 32."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._quiet import quiet
from odviz.compression.base import Applied, Example, Method, Option, Source


class Fp16:
    """Casts to IEEE half precision; inputs and outputs stay float32.

    ONNX: `onnxruntime.transformers.float16` casts the whole graph. TFLite: weights alone are stored in float16, and
    the runtime widens them when it loads the file.
    """

    name = "fp16"
    title = "Half precision"
    summary = "Stores every number with half the digits: half the size, practically the same answers, rarely faster."
    formats = frozenset({"onnx", "tflite"})
    options: tuple[Option, ...] = ()
    precision: str | None = "fp16"
    starts = False
    calibrated = False
    version = 2

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:  # noqa: ARG002
        """See base.Method."""
        return (Example("fp16"),)

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG002
        """See base.Method."""
        if source.format == "tflite":
            _aiedge.half(source, target)
            return Applied(target.stat().st_size < source.path.stat().st_size)
        import onnx
        from onnxruntime.quantization.onnx_model import ONNXModel
        from onnxruntime.transformers.float16 import convert_float_to_float16

        with quiet():
            model = onnx.load(str(source.path))
            changed = any(tensor.data_type == onnx.TensorProto.FLOAT for tensor in model.graph.initializer)
            half = ONNXModel(convert_float_to_float16(model, keep_io_types=True))
            half.topological_sort()  # the converter leaves the casts of inputs at the end
            onnx.save(half.model, str(target))
        return Applied(changed)


plugin: Method = Fp16()
