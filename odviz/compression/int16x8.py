"""Static int16 × int8: 16-bit activations, 8-bit weights; for networks that lose too much in int8."""

from __future__ import annotations

from odviz.compression import _aiedge
from odviz.compression.base import Example, Method
from odviz.domain.target import Precision

plugin = Method(
    name="int16x8",
    title="Int16 × int8",
    summary="Computes in whole numbers with finer steps than int8; few processors have fast instructions for it.",
    conversions={
        "tflite": _aiedge.conversion(
            "static_wi8_ai16", "ai-edge-quantizer has no int16 × int8 form of the others.", Example("int16x8")
        )
    },
    precision=Precision.INT16X8,
    calibrated=True,
    version=2,
)
