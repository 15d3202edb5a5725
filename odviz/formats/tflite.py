"""TensorFlow Lite: one flatbuffer."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.model import GraphFacts
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
_SNIPPET = """\
import numpy
from ai_edge_litert.interpreter import Interpreter  # pip install ai-edge-litert

interpreter = Interpreter("{file}")
interpreter.allocate_tensors()
takes, gives = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
item = numpy.zeros({shape}, numpy.{dtype})  # one item, prepared as said above
if takes["dtype"] != item.dtype:  # the file computes in whole numbers from the start
    (scale, zero), bounds = takes["quantization"], numpy.iinfo(takes["dtype"])
    item = numpy.clip(numpy.round(item / scale) + zero, bounds.min, bounds.max).astype(takes["dtype"])
interpreter.set_tensor(takes["index"], item)
interpreter.invoke()
scores = interpreter.get_tensor(gives["index"])
"""


class Tflite(Format):
    """The plug-in."""

    name = "tflite"
    title = "TFLite"
    suffixes = (".tflite",)
    packages = ("numpy", "ai-edge-litert", "ai-edge-quantizer")
    device_runtimes = ("tflite", "litert", "armnn", "cube", "mlperf tiny")
    warm_up = _WARM_UP
    snippet = _SNIPPET

    def facts(self, path: Path) -> GraphFacts:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        return _tflite_walk.facts(read(path), path.name)

    def validate(self, path: Path) -> None:
        """See base.Format."""
        from odviz.formats import _tflite_walk

        _tflite_walk.check_identifier(read(path), path.name)


plugin = Tflite()
