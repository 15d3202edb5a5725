"""Static int16 × int8: 16-bit activations, 8-bit weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression import _aiedge
from odviz.compression._coverage import covered
from odviz.compression.base import Applied, Example, Method, Option, Source


class Int16x8:
    """Integer computing with finer activations, for networks that lose too much in int8."""

    name = "int16x8"
    title = "Int16 × int8"
    summary = "Whole-number computing with finer steps: closest to the original, slow on ordinary CPUs."
    formats = frozenset({"tflite"})
    options: tuple[Option, ...] = ()
    precision: str | None = "int16x8"
    starts = False
    calibrated = True
    version = 2

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:  # noqa: ARG002
        """See base.Method."""
        return (Example("int16x8"),)

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG002
        """See base.Method."""
        _aiedge.quantize(source, target, "static_wi8_ai16")
        return covered(target, source.format, "ai-edge-quantizer has no int16 × int8 form of the others.")


plugin: Method = Int16x8()
