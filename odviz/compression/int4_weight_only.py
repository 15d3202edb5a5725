"""Weight-only int4: stored in half a byte each, computed in float."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression._onnx_int4 import four_bits
from odviz.compression.base import Applied, Example, Method, Option, Source


class Int4WeightOnly:
    """4-bit weights.

    ONNX: MatMulNBits, which exists for products alone; a Gemm is first written as MatMul and Add. TFLite: one scale
    per channel; depthwise convolutions have no 4-bit form.
    """

    name = "int4-weight-only"
    title = "Int4 weights"
    summary = "Packs the weights into an eighth of the space: much smaller, with a visible loss of accuracy."
    formats = frozenset({"onnx", "tflite"})
    options: tuple[Option, ...] = (
        Option(
            "block",
            "How many weights share one scale: fewer are closer to the original and take more space.",
            "32",
            ("16", "32", "64", "128"),
            formats=frozenset({"onnx"}),
        ),
    )
    precision: str | None = "int4"
    starts = False
    calibrated = False
    version = 2

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:  # noqa: ARG002
        """See base.Method."""
        return (Example("int4-weight-only"),)

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:
        """See base.Method."""
        if source.format == "tflite":
            _aiedge.quantize(source, target, "weight_only_wi4_afp32")
            return covered(target, source.format, "Depthwise convolutions and some products have no 4-bit form.")
        four_bits(source, target, block=int(options["block"]))
        return covered(target, source.format, "ONNX Runtime has 4-bit weights for matrix products alone.")


plugin: Method = Int4WeightOnly()
