"""Static int8: weights and activations are integers, their ranges learned from calibration items.

The best int8 for convolutional networks. ONNX: QDQ with U8 activations and S8 weights per channel, which ONNX Runtime's
x86 and ARM kernels compute fastest. Without VNNI an x86 kernel overflows on full 8-bit weights, and the file
may be sent to any machine, so weights have 7 bits by default: correct everywhere, at the price of one bit. TFLite: int8
throughout, inputs and outputs included, as integer-only devices need it.

With `int8-static:auto` the operators that int8 harms most stay float; see `_mixed`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from odviz.compression import _aiedge, _host, _ort
from odviz.compression._bias import add_missing, correct, layers, means
from odviz.compression._comparison import Comparison, halves
from odviz.compression._mixed import Choice, choose
from odviz.compression._onnx_prepare import QUANTIZED, is_quantized, load, read, save
from odviz.compression._quantizers import MAX_ITEMS, covered, left_out, scaled
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always
from odviz.domain.errors import RecipeError
from odviz.domain.model import Sensitivity
from odviz.domain.target import Precision
from odviz.formats.onnx_work import macs_by_operator
from odviz.library.items import shapes
from odviz.units import percent

AUTO = "auto"
"""Value of the main option with which sensitive operators stay float."""

_ONNX = frozenset({"onnx"})
_WHY_NOT = "ONNX Runtime has no static int8 form of the others."
_ROUGH_ITEMS = 48
_FITTED_ITEMS = 64
_WORK = 4e10
"""Multiply-accumulates of the inferences after which a set of float operators is judged, unless the items are fewer."""

_LOSS = Option(
    "loss",
    "With auto: the loss of the metric on calibration items, in points or percent, that needs nothing in float.",
    "1",
    low=0.1,
    high=50,
    formats=_ONNX,
)


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    model = load(source)
    if is_quantized(model):
        return QUANTIZED
    automatic = options["calibration"] == AUTO
    if options["loss"] != _LOSS.default and not automatic:
        raise RecipeError("The option 'loss' belongs to int8-static:auto.", method="int8-static", option="loss")
    correcting = options["bias-correction"] == "yes"
    if correcting:
        add_missing(model)
    narrow, notes = _host.narrow(options["reduce-range"])
    with tempfile.TemporaryDirectory() as folder:
        quantizer = _ort.StaticQuantizer(
            source,
            model,
            Path(folder),
            calibration="minmax" if automatic else options["calibration"],
            reduce_range=narrow,
            float_stem=options["float-stem"],
            scope=options["scope"],
        )
        per_channel = True

        def write(wanted: bool) -> None:
            nonlocal per_channel
            per_channel = wanted
            quantizer.write(target, per_channel=wanted)

        notes += scaled(source, target, write) + left_out(source)
        spared = len(quantizer.stem)
        table: tuple[Sensitivity, ...] = ()
        if spared:
            notes += ("The first convolution stays float.",)
        if automatic:
            choice, words = _mixed(source, quantizer, Path(folder) / "tried.onnx", per_channel, float(options["loss"]))
            quantizer.write(target, per_channel=per_channel, floats=choice.floats)
            notes += words
            table = choice.table
            spared += sum(row.macs > 0 and row.stays_float for row in table)
        if correcting:
            notes += _corrected(source, quantizer, target)
    return replace(covered(target, source.format, _WHY_NOT, spared=spared, notes=notes), sensitivities=table)


def _corrected(source: ModelSource, quantizer: _ort.StaticQuantizer, target: Path) -> tuple[str, ...]:
    """Correct the biases of a quantized file if that helps on calibration items that they are not fitted to."""
    fitted, judged = halves(source)
    feeds = list(islice(_ort.Feeds(fitted, quantizer.model.graph.input), _FITTED_ITEMS))
    comparison = Comparison(judged, MAX_ITEMS)
    before, error = comparison.loss(target), comparison.error(target)
    tried, model = target.with_name(f"corrected-{target.name}"), read(target)
    correct(model, means(quantizer.model, layers(quantizer.model), feeds), feeds)
    save(model, tried)
    after = comparison.loss(tried)
    helps = comparison.error(tried) < error and after <= before
    if helps:
        tried.replace(target)
    verb = "is in" if helps else "is left out, because it does not help"
    return (f"Bias correction {verb}: without it, it {comparison.describe(before)}, with it {after:.2g}.",)


def _mixed(
    source: ModelSource, quantizer: _ort.StaticQuantizer, tried: Path, per_channel: bool, allowed: float
) -> tuple[Choice, tuple[str, ...]]:
    """The operators that stay float, and what to say of them."""
    macs = macs_by_operator(quantizer.model, source.layout.batches(shapes(source.calibration.inputs)))
    work = {node.name: macs.get(node.name, 0) for node in quantizer.candidates()}

    def write(floats: Collection[str], only: Collection[str]) -> Path:
        quantizer.write(tried, per_channel=per_channel, floats=floats, only=only)
        return tried

    items = int(min(max(_WORK / max(sum(macs.values()), 1), _ROUGH_ITEMS), MAX_ITEMS))
    fine = Comparison(source, items)
    choice = choose(write, work, Comparison(source, _ROUGH_ITEMS), fine, allowed)
    if not choice.table:
        return choice, (f"Nothing stays float: int8 throughout {fine.describe(choice.before)}.",)
    if not choice.floats:
        return choice, (f"Leaving operators in float does not help: it {fine.describe(choice.before)}.",)
    return choice, (
        f"{len(choice.floats)} of {len(work)} operators stay float, with {percent(choice.macs, 1)} of the "
        f"multiply-accumulates: it {fine.describe(choice.after)}; with all in int8 it would lose {choice.before:.3g}.",
    )


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
                Example(f"int8-static:{AUTO}"),
                Example("int8-static:bias-correction=yes"),
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
            "How ranges are found: the extremes, the least information lost, or all but the rarest values; auto: the "
            "extremes, and operators that int8 harms most stay float.",
            "minmax",
            ("minmax", "entropy", "percentile", AUTO),
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
        _LOSS,
        Option(
            "bias-correction",
            "Bring the mean of every layer back to what it is in float, if that helps on calibration items.",
            "no",
            ("yes", "no"),
            formats=_ONNX,
        ),
    ),
    precision=Precision.INT8,
    calibrated=True,
    version=3,
)
