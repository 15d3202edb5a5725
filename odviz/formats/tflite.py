"""TensorFlow Lite: one flatbuffer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from odviz.domain.model import GraphFacts, Signature
from odviz.formats.base import Format, read

_WARM_UP = (
    "CAAAAFRGTDN2////FAAAAGwAAAB0AAAAuAEAAAMAAAADAAAAVAAAACQAAAAEAAAA6v///wQAAAAIAAAAAAAAAAAAgD8AAAYACAAE"
    "AAYAAAAEAAAAIAAAAAAAgD8AAIA/AACAPwAAgD8AAIA/AACAvwAAgD8AAIC/iP///wcAAAB0cml2aWFsAAEAAAAUAAAAAAAOABgA"
    "FAAQAAwACAAEAA4AAAAUAAAAHAAAAGQAAABoAAAAbAAAAAQAAABtYWluAAAAAAEAAAAUAAAAAAAOABQAAAAQAAwACwAEAA4AAAAU"
    "AAAAAAAACBAAAAAUAAAABAAEAAQAAAABAAAAAwAAAAMAAAAAAAAAAQAAAAIAAAABAAAAAwAAAAEAAAAAAAAABAAAAIwAAABYAAAA"
    "KAAAAAQAAACQ////CAAAAAwAAAABAAAAeQAAAAIAAAABAAAAAgAAAOD///8MAAAAAgAAAAwAAAABAAAAYgAAAAEAAAACAAAADAAQ"
    "AAwAAAAIAAQADAAAAAwAAAABAAAADAAAAAEAAAB3AAAAAgAAAAIAAAAEAAAADAAMAAgAAAAAAAQADAAAAAgAAAAMAAAAAQAAAHgA"
    "AAACAAAAAQAAAAQAAAABAAAAEAAAAAwADAALAAAAAAAEAAwAAAAJAAAAAAAACQ=="
)


class Tflite(Format):
    """The plug-in."""

    name = "tflite"
    title = "TFLite"
    suffixes = (".tflite",)
    packages = ("numpy", "ai-edge-litert", "ai-edge-quantizer")
    warm_up = _WARM_UP

    def facts(self, path: Path, *shapes: Sequence[int]) -> GraphFacts:  # noqa: ARG002 - shapes are stored
        """See base.Format."""
        from odviz.formats import _tflite_walk

        return _tflite_walk.facts(read(path), path.name)

    def signature(self, path: Path) -> Signature:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        return _tflite_walk.signature(read(path), path.name)

    def validate(self, path: Path) -> None:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        _tflite_walk.check_identifier(read(path), path.name)


plugin = Tflite()
