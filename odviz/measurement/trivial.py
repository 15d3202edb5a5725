"""A network of eight weights in both formats: what a runtime is warmed up on before memory is measured.

One fully connected layer, y = W·x + b, with x of shape (1, 4), y of shape (1, 2), W = [[1, 1, 1, 1], [1, −1, 1, −1]]
and b = [0, 1]. Kept as bytes so that warming up does not import a library that writes model files, whose own memory
would then hide a part of what is measured.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import numpy as np

from odviz.domain.model import Format

ITEM = np.array([1, 2, 3, 4], np.float32)
"""An input without the batch axis."""

ANSWER = np.array([10, -1], np.float32)
"""What every runtime must answer to `ITEM`."""

_BASE64: Mapping[Format, str] = {
    Format.ONNX: (
        "CAgSADqWAQohCgF4CgF3CgFiEgF5IgRHZW1tKg0KBnRyYW5zQhgBoAECEgd0cml2aWFsKisIAggEEAFCAXdKIAAAgD8AAIA/AACA"
        "PwAAgD8AAIA/AACAvwAAgD8AAIC/KhEIAhABQgFiSggAAAAAAACAP1oTCgF4Eg4KDAgBEggKAggBCgIIBGITCgF5Eg4KDAgBEggK"
        "AggBCgIIAkIECgAQEQ=="
    ),
    Format.TFLITE: (
        "CAAAAFRGTDN2////FAAAAGwAAAB0AAAAuAEAAAMAAAADAAAAVAAAACQAAAAEAAAA6v///wQAAAAIAAAAAAAAAAAAgD8AAAYACAAE"
        "AAYAAAAEAAAAIAAAAAAAgD8AAIA/AACAPwAAgD8AAIA/AACAvwAAgD8AAIC/iP///wcAAAB0cml2aWFsAAEAAAAUAAAAAAAOABgA"
        "FAAQAAwACAAEAA4AAAAUAAAAHAAAAGQAAABoAAAAbAAAAAQAAABtYWluAAAAAAEAAAAUAAAAAAAOABQAAAAQAAwACwAEAA4AAAAU"
        "AAAAAAAACBAAAAAUAAAABAAEAAQAAAABAAAAAwAAAAMAAAAAAAAAAQAAAAIAAAABAAAAAwAAAAEAAAAAAAAABAAAAIwAAABYAAAA"
        "KAAAAAQAAACQ////CAAAAAwAAAABAAAAeQAAAAIAAAABAAAAAgAAAOD///8MAAAAAgAAAAwAAAABAAAAYgAAAAEAAAACAAAADAAQ"
        "AAwAAAAIAAQADAAAAAwAAAABAAAADAAAAAEAAAB3AAAAAgAAAAIAAAAEAAAADAAMAAgAAAAAAAQADAAAAAgAAAAMAAAAAQAAAHgA"
        "AAACAAAAAQAAAAQAAAABAAAAEAAAAAwADAALAAAAAAAEAAwAAAAJAAAAAAAACQ=="
    ),
}


def model(format: Format) -> bytes:
    """The bytes of the network's file."""
    return base64.b64decode(_BASE64[format])
