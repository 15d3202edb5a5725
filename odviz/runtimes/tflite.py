"""tflite-runtime, the last TensorFlow Lite package of its own (2023), still widely deployed."""

from __future__ import annotations

from importlib.metadata import version

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
        numpy = version("numpy")
        if int(numpy.split(".")[0]) >= 2:
            return Availability(
                reason=f"tflite-runtime {availability.version} was built for numpy 1 and dies with numpy {numpy}; "
                "`pip install 'numpy<2'` makes it work. LiteRT runs the same files."
            )
        return availability


plugin = TfliteRuntime()
