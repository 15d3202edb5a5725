"""Coral's Edge TPU: a full int8 file compiled for it, and its delegate of LiteRT in a Python program.

coral.ai/docs/edgetpu/compiler and coral.ai/docs/edgetpu/tflite-python.
"""

from __future__ import annotations

from dataclasses import replace

from odviz.deployment import _python
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.domain.device import Platform, RuntimeFamily

_COMPILED = "_edgetpu.tflite"


def _instructions(model: DeployedModel) -> Instructions:
    if model.signature.input.dtype != "int8":
        return Instructions(refusal="The Edge TPU runs int8 throughout: take the variant int8-static.")
    program = _python.delegated(replace(model, file=model.stem + _COMPILED), "libedgetpu.so.1", "{}")
    steps = (
        "Compile once, on a computer with Debian or Ubuntu on x86: install the package `edgetpu-compiler` from Coral's "
        f"repository, then `edgetpu_compiler {model.file}`. It writes `{model.stem}{_COMPILED}`, and lists the "
        "operators that it leaves to the CPU.",
        "On the board: install the package `libedgetpu1-std`, `pip install ai-edge-litert numpy`, then "
        "`python classify.py`.",
    )
    return Instructions((program,), steps)


plugin = Deployment(
    name="edge-tpu",
    title="Edge TPU in Python",
    families=frozenset({RuntimeFamily.EDGE_TPU}),
    platforms=frozenset({Platform.LINUX}),
    formats=("tflite",),
    instructions=_instructions,
    converts=True,
)
