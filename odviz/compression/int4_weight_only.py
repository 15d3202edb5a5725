"""Weight-only int4: weights stored in half a byte each, computed in float.

ONNX: MatMulNBits, which exists only for products; a Gemm is first written as MatMul and Add. TFLite: one scale per
channel; depthwise convolutions have no 4-bit form.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._onnx_int4 import four_bits
from odviz.compression._onnx_prepare import HALF, QUANTIZED, is_half, is_quantized, load
from odviz.compression._quantizers import covered
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always
from odviz.domain.target import Precision


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    model = load(source)
    if is_quantized(model):
        return QUANTIZED
    if is_half(model):
        return HALF
    four_bits(model, target, block=int(options["block"]))
    return covered(target, source.format, "ONNX Runtime has 4-bit weights for matrix products alone.")


_EXAMPLE = Example("int4-weight-only")

plugin = Method(
    name="int4-weight-only",
    title="Int4 weights",
    summary="Packs the weights of matrix products into four bits each, an eighth of their size; accuracy may suffer.",
    conversions={
        "onnx": Conversion(_onnx, always(_EXAMPLE)),
        "tflite": _aiedge.conversion(
            "weight_only_wi4_afp32", "Depthwise convolutions and some products have no 4-bit form.", _EXAMPLE
        ),
    },
    options=(
        Option(
            "block",
            "How many weights share one scale: fewer are closer to the original and take more space.",
            "32",
            ("16", "32", "64", "128"),
            formats=frozenset({"onnx"}),
        ),
    ),
    precision=Precision.INT4,
    version=4,
)
