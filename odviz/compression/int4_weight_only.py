"""Weight-only int4: weights stored in half a byte each, computed in float.

ONNX: MatMulNBits, which exists only for products; a Gemm is first written as MatMul and Add. TFLite: one scale per
channel; depthwise convolutions have no 4-bit form.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression._onnx_int4 import four_bits
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    four_bits(source, target, block=int(options["block"]))
    return covered(target, source.format, "ONNX Runtime has 4-bit weights for matrix products alone.")


def _tflite(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    _aiedge.quantize(source, target, "weight_only_wi4_afp32")
    return covered(target, source.format, "Depthwise convolutions and some products have no 4-bit form.")


_EXAMPLES = always(Example("int4-weight-only"))

plugin = Method(
    name="int4-weight-only",
    title="Int4 weights",
    summary="Packs the weights into an eighth of the space: much smaller, with a visible loss of accuracy.",
    conversions={"onnx": Conversion(_onnx, _EXAMPLES), "tflite": Conversion(_tflite, _EXAMPLES)},
    options=(
        Option(
            "block",
            "How many weights share one scale: fewer are closer to the original and take more space.",
            "32",
            ("16", "32", "64", "128"),
            formats=frozenset({"onnx"}),
        ),
    ),
    precision="int4",
    version=2,
)
