"""Weight-only int8: weights stored as 8-bit integers; the runtime turns them back into float to compute."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, always


def _tflite(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
    _aiedge.quantize(source, target, "weight_only_wi8_afp32")
    return covered(target, source.format, "ai-edge-quantizer packs no weights of the others.")


plugin = Method(
    name="int8-weight-only",
    title="Int8 weights",
    summary="Packs the weights into a quarter of the space and unpacks them to compute: smaller, not faster.",
    conversions={"tflite": Conversion(_tflite, always(Example("int8-weight-only", quick=True)))},
    precision="int8",
    version=2,
)
