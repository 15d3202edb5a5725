"""OpenCV's own networks in a Python program."""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CODE = """\
import cv2  # pip install opencv-python-headless
import numpy

net = cv2.dnn.readNet("@file")
item = @item
net.setInput(item)
scores = net.forward()
labels = [@classes]
print(labels[scores.argmax()])
"""


def _instructions(model: DeployedModel) -> Instructions:
    return Instructions(
        (SourceFile("classify.py", "python", render(_CODE, model, item=model.item)),),
        ("`pip install opencv-python-headless numpy`, then `python classify.py`.",),
    )


plugin = Deployment(
    name="opencv",
    title="OpenCV in Python",
    families=frozenset({RuntimeFamily.OPENCV}),
    platforms=frozenset({Platform.LINUX, Platform.MACOS, Platform.WINDOWS}),
    formats=("onnx",),
    instructions=_instructions,
)
