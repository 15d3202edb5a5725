"""Whether `odviz why` names the cause that was planted.

A file is made slow, or fast, for one known reason: some by a recipe, others by quantizing a built-in network in a way
that odviz itself avoids. A cause is named if an experiment confirms it; "first" if it is the one in the sentence.

`python -m benchmarks causes`
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

from benchmarks._common import goal, interval, note, parse, parser, table
from odviz.domain.model import Artifact, Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.why import SpeedCause
from odviz.formats.base import digest
from odviz.library.models import load_model
from odviz.report import why_text
from odviz.services import why
from odviz.tasks import TASKS

ITEMS = 16
LEAST_NAMED = 7 / 8


class _Reader:
    """A CalibrationDataReader of onnxruntime, by duck typing."""

    def __init__(self, name: str, items: Any) -> None:
        self._feeds: Iterator[dict[str, Any]] = ({name: item[np.newaxis]} for item in items)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._feeds, None)


def _static(source: Path, target: Path, items: Any, **options: Any) -> None:
    fed = onnx.load(str(source)).graph.input[0].name
    defaults = {"quant_format": QuantFormat.QDQ, "activation_type": QuantType.QUInt8, "per_channel": True}
    quantize_static(str(source), str(target), _Reader(fed, items), **(defaults | options))


def unchanged(source: Path, target: Path, items: Any) -> None:  # noqa: ARG001
    """A method that finds nothing to compress."""
    shutil.copyfile(source, target)


def signed(source: Path, target: Path, items: Any) -> None:
    """Signed activations and signed weights, as `quantize_static` makes them by default."""
    _static(source, target, items, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8)


def dynamic(source: Path, target: Path, items: Any) -> None:  # noqa: ARG001
    """Convolutions that round what they read."""
    quantize_dynamic(str(source), str(target), op_types_to_quantize=["Conv"], weight_type=QuantType.QUInt8)


def one_layer(source: Path, target: Path, items: Any) -> None:
    """Integers in the last product alone."""
    products = [node.name for node in onnx.load(str(source)).graph.node if node.op_type in ("MatMul", "Gemm")]
    _static(source, target, items, nodes_to_quantize=products[-3:], weight_type=QuantType.QInt8)


@dataclass(frozen=True)
class Case:
    """A variant with a planted cause.

    Attributes:
        cause: that was planted.
        task: of the network.
        model: its name.
        recipe: that the file is said to be made by.
        format: of the file.
        runtime: that runs it.
        threads: inside one inference.
        plant: makes the file from the uncompressed one and calibration items as it takes them; by default the recipe.
    """

    cause: SpeedCause
    task: str
    model: str
    recipe: str
    format: str = "onnx"
    runtime: str = "onnxruntime"
    threads: int = 1
    plant: Callable[[Path, Path, Any], None] | None = None


CASES = (
    Case(SpeedCause.ZEROS, "product-images", "ds-cnn-0.5", "prune-magnitude:80"),
    Case(SpeedCause.UNCHANGED, "product-images", "resnet-8", "int4-weight-only", plant=unchanged),
    Case(SpeedCause.DYNAMIC, "product-images", "resnet-8", "int8-dynamic", plant=dynamic),
    Case(SpeedCause.SIGNED, "product-images", "resnet-8", "int8-static", plant=signed),
    Case(SpeedCause.HALF, "product-images", "resnet-8", "fp16"),
    Case(SpeedCause.FLOAT_LEFT, "review-sentiment", "minilm", "int8-static", plant=one_layer),
    Case(SpeedCause.STORED_ONLY, "product-images", "resnet-8", "int8-weight-only", "tflite", "litert"),
    Case(SpeedCause.THREADS, "product-images", "ds-cnn-0.25", "prune-structured:30", threads=4),
    Case(SpeedCause.DISPATCH, "review-sentiment", "bag", "int8-dynamic"),
    Case(SpeedCause.FEWER_MACS, "product-images", "resnet-8", "prune-structured:50"),
)


def planted(case: Case, folder: Path) -> Artifact | None:
    """The file of a case; None if its recipe makes it."""
    if case.plant is None:
        return None
    source = load_model(case.task, case.model).dense.artifacts[case.format]
    items = TASKS[case.task].calibration().inputs[:ITEMS]
    channels_first = np.moveaxis(items, -1, 1) if source.layout.value == "channels-first" else items
    path = folder / f"{case.cause}.onnx"
    case.plant(Path(source.path), path, channels_first)
    return Artifact(str(path), digest([path]), path.stat().st_size, case.format, source.layout)


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--only", help="name of one planted cause")
    options = parse(commands)
    cases = [case for case in CASES[: 1 if options.tiny else None] if options.only in (None, case.cause)]
    rows, named = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            note(case.cause)
            variant = Variant(case.task, case.model, parse_recipe(case.recipe), case.format)
            report = why.explain(variant, planted(case, Path(folder)), case.runtime, case.threads, wait_s=-1)
            own = next((one for one in report.causes if one.cause is case.cause), None)
            first = why_text.main_cause(report)
            named += own is not None
            verdict = "first" if own and first and first.cause is case.cause else "yes" if own else "no"
            figures = f"{own.change}: {interval(own.ratio, 2)}" if own else ""
            sums = f"{100 * report.own.operators_s / report.own.p50.centre:.0f} %"
            speed = interval(report.speedup, 2) if report.speedup else ""
            rows.append((f"{case.cause}", f"{case.model} {case.recipe}", speed, verdict, figures, sums))
            note(why_text.sentence(report))
    columns = ("Planted", "Variant", "Speed-up", "Named", "Experiment: before ÷ after", "Operators ÷ p50")
    print(f"\n{table(columns, rows)}\n")
    print(
        goal(
            f"at least seven of eight planted causes are named ({named} of {len(cases)})",
            named >= LEAST_NAMED * len(cases),
        )
    )


if __name__ == "__main__":
    main()
