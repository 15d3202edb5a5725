"""OpenVINO in a Python program."""

from __future__ import annotations

from odviz.deployment import _python
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.domain.device import Platform, RuntimeFamily


def _instructions(model: DeployedModel) -> Instructions:
    return Instructions(
        (_python.classifier("openvino", model),), ("`pip install openvino numpy`, then `python classify.py`.",)
    )


plugin = Deployment(
    name="openvino-python",
    title="OpenVINO in Python",
    families=frozenset({RuntimeFamily.OPENVINO}),
    platforms=frozenset({Platform.LINUX, Platform.MACOS, Platform.WINDOWS}),
    formats=("onnx", "tflite"),
    instructions=_instructions,
)
