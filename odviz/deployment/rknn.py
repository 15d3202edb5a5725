"""Rockchip's NPU: an ONNX file converted by RKNN-Toolkit2, run by RKNN Toolkit Lite2 in Python.

github.com/airockchip/rknn-toolkit2, rknpu2 examples and the user guide.
"""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CONVERT = """\
from rknn.api import RKNN  # pip install rknn-toolkit2, on a computer

rknn = RKNN()
rknn.config(target_platform="rk3588")  # the chip of the board
assert rknn.load_onnx(model="@file") == 0
assert rknn.build(do_quantization=False) == 0
assert rknn.export_rknn("@stem.rknn") == 0
"""
_CODE = """\
import numpy
from rknnlite.api import RKNNLite  # pip install rknn-toolkit-lite2, on the board

rknn = RKNNLite()
assert rknn.load_rknn("@stem.rknn") == 0
assert rknn.init_runtime() == 0
item = @item
scores = rknn.inference(inputs=[item]@layout)[0]
labels = [@classes]
print(labels[scores.argmax()])
"""
_PICTURE_AXES = 4


def _instructions(model: DeployedModel) -> Instructions:
    layout = ', data_format=["nchw"]' if len(model.signature.input.shape) == _PICTURE_AXES else ""
    files = (
        SourceFile("classify.py", "python", render(_CODE, model, item=model.item, layout=layout)),
        SourceFile("convert.py", "python", render(_CONVERT, model)),
    )
    steps = (
        "Convert once, on a computer: `pip install rknn-toolkit2`, name the board's chip in `convert.py`, then "
        "`python convert.py`. RK1808, RV1109 and RV1126 need the older rknn-toolkit instead, with `dtype` in `config`.",
        "The NPU computes in 16-bit floats, or in int8 with `do_quantization=True` and a `dataset` of items of yours; "
        "the accuracy is then another one than here. Operators that it lacks run on the CPU.",
        "On the board: `pip install rknn-toolkit-lite2`, then `python classify.py`.",
    )
    return Instructions(files, steps)


plugin = Deployment(
    name="rknn",
    title="Rockchip's NPU in Python",
    families=frozenset({RuntimeFamily.RKNN}),
    platforms=frozenset({Platform.LINUX}),
    formats=("onnx", "tflite"),
    instructions=_instructions,
    converts=True,
)
