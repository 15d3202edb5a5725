"""Weight-only int8: stored as integers, computed in float."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression.base import Applied, Example, Method, Option, Source


class Int8WeightOnly:
    """8-bit weights that the runtime turns back into float before it computes."""

    name = "int8-weight-only"
    title = "Int8 weights"
    summary = "Packs the weights into a quarter of the space and unpacks them to compute: smaller, not faster."
    formats = frozenset({"tflite"})
    options: tuple[Option, ...] = ()
    precision: str | None = "int8"
    starts = False
    calibrated = False
    version = 2

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:  # noqa: ARG002
        """See base.Method."""
        return (Example("int8-weight-only", quick=True),)

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG002
        """See base.Method."""
        _aiedge.quantize(source, target, "weight_only_wi8_afp32")
        return covered(target, source.format, "ai-edge-quantizer packs no weights of the others.")


plugin: Method = Int8WeightOnly()
