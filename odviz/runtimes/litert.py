"""LiteRT, today's TensorFlow Lite, on the CPU with XNNPACK."""

from odviz.runtimes._tflite_session import InterpreterRuntime


class LiteRT(InterpreterRuntime):
    """The plug-in."""

    name = "litert"
    title = "LiteRT"
    package = "ai-edge-litert"
    module = "ai_edge_litert.interpreter"


plugin = LiteRT()
