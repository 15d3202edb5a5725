"""Static int16 × int8: 16-bit activations, 8-bit weights; for networks that lose too much in int8."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, always


def _tflite(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    _aiedge.quantize(source, target, "static_wi8_ai16")
    return covered(target, source.format, "ai-edge-quantizer has no int16 × int8 form of the others.")


plugin = Method(
    name="int16x8",
    title="Int16 × int8",
    summary="Whole-number computing with finer steps: closest to the original, slow on ordinary CPUs.",
    conversions={"tflite": Conversion(_tflite, always(Example("int16x8")))},
    precision="int16x8",
    calibrated=True,
    version=2,
)
