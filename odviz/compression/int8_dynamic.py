"""Dynamic int8: integer weights without calibration; activations are quantized during inference.

ONNX: only MatMul and Gemm, since ONNX Runtime's ConvInteger is far slower than its float convolution. TFLite: the
converter's dynamic range scheme, which covers convolutions too.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from odviz.compression import _aiedge, _host, _ort
from odviz.compression._onnx_prepare import HALF, QUANTIZED, is_half, is_quantized, load
from odviz.compression._quantizers import covered, scaled
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option
from odviz.domain.target import Precision


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    model = load(source)
    if is_quantized(model):
        return QUANTIZED
    if is_half(model):
        return HALF
    narrow, notes = _host.narrow(options["reduce-range"])

    def write(per_channel: bool) -> None:
        _ort.dynamic(deepcopy(model), target, per_channel=per_channel, reduce_range=narrow)

    if options["per-channel"] == "yes":
        notes += scaled(source, target, write)
    else:
        write(False)
    return covered(target, source.format, "On ONNX Runtime only MatMul and Gemm gain from dynamic int8.", notes=notes)


def _onnx_examples(checkpoints: tuple[int, ...]) -> tuple[Example, ...]:
    pruned = tuple(Example(f"prune-structured:{nominal}+int8-dynamic") for nominal in checkpoints)
    return (Example("int8-dynamic", quick=True), *pruned)


plugin = Method(
    name="int8-dynamic",
    title="Dynamic int8",
    summary="Turns weights into small whole numbers and rounds the rest as it computes: suits text, may slow pictures.",
    conversions={
        "onnx": Conversion(_onnx, _onnx_examples),
        "tflite": _aiedge.conversion(
            "dynamic_wi8_afp32", "LiteRT has no dynamic int8 kernel for the others.", Example("int8-dynamic")
        ),
    },
    options=(
        Option(
            "per-channel",
            "One scale per output channel instead of one per tensor: closer predictions, a slightly larger file.",
            "yes",
            ("yes", "no"),
            formats=frozenset({"onnx"}),
        ),
        _host.REDUCE_RANGE,
    ),
    precision=Precision.INT8,
    version=4,
)
