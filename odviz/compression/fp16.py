"""Half precision: every number in 16 bits instead of 32; inputs and outputs stay float32.

ONNX: `onnxruntime.transformers.float16` casts the whole graph. TFLite: only weights are stored in float16, and the
runtime widens them when it loads the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._quantizers import quiet
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, always


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
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


def _tflite(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    _aiedge.half(source, target)
    return Applied(target.stat().st_size < source.path.stat().st_size)


_EXAMPLES = always(Example("fp16"))

plugin = Method(
    name="fp16",
    title="Half precision",
    summary="Stores every number with half the digits: about half the size; most processors compute no faster with it.",
    conversions={"onnx": Conversion(_onnx, _EXAMPLES), "tflite": Conversion(_tflite, _EXAMPLES)},
    precision="fp16",
    version=2,
)
