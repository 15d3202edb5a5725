"""LiteRT, today's TensorFlow Lite, on the CPU with XNNPACK."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.model import Layout
from odviz.runtimes._installed import installed, runtime
from odviz.runtimes._tflite_session import TfliteSession, open_session
from odviz.runtimes.base import Availability


class LiteRT:
    """The plug-in."""

    name = "litert"
    title = "LiteRT"
    formats = ("tflite",)
    backend = "xnnpack"

    def available(self) -> Availability:
        """See base.Runtime."""
        return installed("ai-edge-litert", "ai_edge_litert")

    def load(self, path: Path, layout: Layout, threads: int) -> TfliteSession:
        """See base.Runtime."""
        availability = self.available()
        interpreter = runtime(availability, "ai_edge_litert.interpreter").Interpreter
        return open_session(interpreter, f"{self.title} {availability.version}", path, layout, threads)


plugin = LiteRT()
