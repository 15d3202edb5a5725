"""TensorFlow Lite: one flatbuffer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from odviz.domain.model import GraphFacts, Signature
from odviz.domain.parity import Change, LayerGraph
from odviz.domain.why import LayerWork, SpeedChange
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

    def layers(self, path: Path) -> LayerGraph:
        """See base.Format."""
        from odviz.formats import _tflite_layers, _tflite_model

        return _tflite_layers.layers(_tflite_model.unpacked(read(path), path.name))

    def expose(self, path: Path, target: Path, tensors: Sequence[str]) -> tuple[int, ...]:
        """See base.Format."""
        from odviz.formats import _tflite_layers, _tflite_model

        model = _tflite_model.unpacked(read(path), path.name)
        positions = _tflite_layers.expose(model, tensors)
        target.write_bytes(_tflite_model.packed(model))
        return positions

    def requantize(self, path: Path, target: Path, change: Change) -> int:
        """See base.Format."""
        from odviz.formats import _tflite_layers, _tflite_model

        model = _tflite_model.unpacked(read(path), path.name)
        if changed := _tflite_layers.requantize(model, change):
            target.write_bytes(_tflite_model.packed(model))
        return changed

    def vary(self, path: Path, target: Path, change: SpeedChange) -> int:
        """See base.Format. The number of items is fixed in too many places of such a file."""
        from odviz.formats import _tflite_model, _tflite_variations

        if change is not SpeedChange.FILLED:
            return 0
        model = _tflite_model.unpacked(read(path), path.name)
        if changed := _tflite_variations.fill(model):
            target.write_bytes(_tflite_model.packed(model))
        return changed

    def cut(self, path: Path, target: Path, tensors: Sequence[str]) -> None:
        """See base.Format."""
        from odviz.formats import _tflite_model, _tflite_variations

        model = _tflite_model.unpacked(read(path), path.name)
        _tflite_variations.cut(model, tensors)
        target.write_bytes(_tflite_model.packed(model))

    def work(self, path: Path, *shapes: Sequence[int]) -> tuple[LayerWork, ...]:  # noqa: ARG002 - shapes are stored
        """See base.Format."""
        from odviz.formats import _tflite_walk

        return _tflite_walk.work(read(path), path.name)

    def reorder(self, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        raw = bytearray(read(path))
        if _tflite_walk.reorder(raw, inputs, outputs):
            path.write_bytes(raw)

    def validate(self, path: Path) -> None:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        _tflite_walk.check_identifier(read(path), path.name)


plugin = Tflite()
