"""ONNX Runtime in a Python program."""

from __future__ import annotations

from odviz.deployment import _python
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.domain.device import Platform, RuntimeFamily


def _instructions(model: DeployedModel) -> Instructions:
    return Instructions(
        (_python.classifier("onnxruntime", model),), ("`pip install onnxruntime numpy`, then `python classify.py`.",)
    )


plugin = Deployment(
    name="onnxruntime-python",
    title="ONNX Runtime in Python",
    families=frozenset({RuntimeFamily.ONNX_RUNTIME}),
    platforms=frozenset({Platform.LINUX, Platform.MACOS, Platform.WINDOWS}),
    formats=("onnx",),
    instructions=_instructions,
)
