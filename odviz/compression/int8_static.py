"""Static int8: weights and activations are integers, their ranges learned from calibration items.

The best int8 for convolutional networks. ONNX: QDQ with U8 activations and S8 weights per channel, which ONNX Runtime's
x86 and ARM kernels compute fastest. Without VNNI an x86 kernel overflows on full 8-bit weights, and the file
may be sent to any machine, so weights have 7 bits by default: correct everywhere, at the price of one bit. TFLite: int8
throughout, inputs and outputs included, as integer-only devices need it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from odviz.compression import _aiedge, _host, _ort
from odviz.compression._onnx_prepare import QUANTIZED, is_quantized, load
from odviz.compression._quantizers import covered, left_out, scaled
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always

_ONNX = frozenset({"onnx"})


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    model = load(source)
    if is_quantized(model):
        return QUANTIZED
    narrow, notes = _host.narrow(options["reduce-range"])
    spared = False

    def write(per_channel: bool) -> None:
        nonlocal spared
        spared = _ort.static(
            source,
            deepcopy(model),
            target,
            calibration=options["calibration"],
            per_channel=per_channel,
            reduce_range=narrow,
            float_stem=options["float-stem"],
            scope=options["scope"],
        )

    notes += scaled(source, target, write) + left_out(source)
    if spared:
        notes += ("The first convolution stays float.",)
    why_not = "ONNX Runtime has no static int8 form of the others."
    return covered(target, source.format, why_not, spared=int(spared), notes=notes)


plugin = Method(
    name="int8-static",
    title="Static int8",
    summary="Turns computing into small whole numbers, tuned on examples: a quarter of the size; fast on some chips.",
    conversions={
        "onnx": Conversion(
            _onnx,
            always(
                Example("int8-static", quick=True),
                Example("int8-static:entropy"),
                Example("int8-static:percentile"),
                Example("int8-static:scope=products"),
            ),
        ),
        "tflite": _aiedge.conversion(
            "static_wi8_ai8",
            "ai-edge-quantizer has no int8 form of the others.",
            Example("int8-static", quick=True),
        ),
    },
    options=(
        Option(
            "calibration",
            "How ranges are found: the extremes, the least information lost, or all but the rarest values.",
            "minmax",
            ("minmax", "entropy", "percentile"),
            formats=_ONNX,
        ),
        _host.REDUCE_RANGE,
        Option(
            "float-stem",
            "Leave the first convolution in float; thin: where it reads fewer than 4 channels.",
            "thin",
            ("thin", "yes", "no"),
            formats=_ONNX,
        ),
        Option(
            "scope",
            "Quantize all operators that have an integer kernel, or convolutions and products alone.",
            "all",
            ("all", "products"),
            formats=_ONNX,
        ),
    ),
    precision="int8",
    calibrated=True,
    version=3,
)
