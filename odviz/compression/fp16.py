"""Half precision: every number in 16 bits instead of 32; inputs and outputs stay float32.

ONNX: `onnxruntime.transformers.float16` casts the whole graph. TFLite: only weights are stored in float16, and the
runtime widens them when it loads the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._onnx_prepare import HALF, QUANTIZED, is_half, is_quantized, load, save
from odviz.compression._quantizers import quiet
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, always
from odviz.domain.target import Precision
from odviz.formats.onnx_graph import tensors


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = load(source)
    if is_quantized(model):
        return QUANTIZED
    if is_half(model):
        return HALF
    changed = any(tensor.data_type == onnx.TensorProto.FLOAT for tensor in tensors(model.graph))
    with quiet():
        save(convert_float_to_float16(model, keep_io_types=True), target)
    return Applied(changed)


def _tflite(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    return Applied(_aiedge.half(source, target))


_EXAMPLES = always(Example("fp16"))

plugin = Method(
    name="fp16",
    title="Half precision",
    summary="Stores every number with half the digits: about half the size; most processors compute no faster with it.",
    conversions={"onnx": Conversion(_onnx, _EXAMPLES), "tflite": Conversion(_tflite, _EXAMPLES)},
    precision=Precision.FP16,
    version=3,
)
