"""Weight-only int8: weights stored as 8-bit integers; the runtime turns them back into float to compute."""

from __future__ import annotations

from odviz.compression import _aiedge
from odviz.compression.base import Example, Method
from odviz.domain.target import Precision

plugin = Method(
    name="int8-weight-only",
    title="Int8 weights",
    summary="Packs the weights into a quarter of the space and unpacks them to compute: smaller, but no faster.",
    conversions={
        "tflite": _aiedge.conversion(
            "weight_only_wi8_afp32",
            "ai-edge-quantizer packs no weights of the others.",
            Example("int8-weight-only", quick=True),
        )
    },
    precision=Precision.INT8,
    version=2,
)
