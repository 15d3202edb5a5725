"""tflite-runtime, the last TensorFlow Lite package of its own (2023), still widely deployed."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from odviz.domain.model import Layout
from odviz.runtimes._installed import installed, runtime
from odviz.runtimes._tflite_session import TfliteSession, open_session
from odviz.runtimes.base import Availability


class TfliteRuntime:
    """The plug-in."""

    name = "tflite-runtime"
    title = "TensorFlow Lite"
    formats = ("tflite",)
    backend = "xnnpack"

    def available(self) -> Availability:
        """See base.Runtime."""
        availability = installed("tflite-runtime", "tflite_runtime")
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

    def load(self, path: Path, layout: Layout, threads: int) -> TfliteSession:
        """See base.Runtime."""
        availability = self.available()
        interpreter = runtime(availability, "tflite_runtime.interpreter").Interpreter
        return open_session(interpreter, f"{self.title} {availability.version}", path, layout, threads)


plugin = TfliteRuntime()
