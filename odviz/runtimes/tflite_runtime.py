"""tflite-runtime, the last TensorFlow Lite package of its own (2023), still widely deployed."""

from __future__ import annotations

from typing import Any

import numpy as np

from odviz.runtimes._tflite_session import InterpreterRuntime
from odviz.runtimes.base import Availability


class TfliteRuntime(InterpreterRuntime):
    """The plug-in."""

    name = "tflite-runtime"
    title = "TensorFlow Lite"
    package = "tflite-runtime"
    module = "tflite_runtime.interpreter"

    def available(self) -> Availability:
        """See base.Runtime."""
        availability = super().available()
        if not availability:
            return Availability(
                reason="tflite-runtime is not installed here: its last release (2.14, 2023) has wheels for Linux and "
                "Python up to 3.11 only. LiteRT runs the same files."
            )
        if _numpy_is_too_new():
            return Availability(
                reason=f"tflite-runtime {availability.version} was built for numpy 1 and dies with numpy "
                f"{np.__version__}; `pip install 'numpy<2'` makes it work. LiteRT runs the same files."
            )
        return availability

    def _import(self) -> Any:
        if _numpy_is_too_new():  # it would be imported and die later
            raise ImportError
        return super()._import()


def _numpy_is_too_new() -> bool:
    return int(np.__version__.split(".")[0]) >= 2


plugin = TfliteRuntime()
