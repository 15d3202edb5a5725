"""Structured pruning: another checkpoint of the model, with whole channels removed and then fine-tuned.

Networks from which much was removed need training again, and that takes data and minutes. So these checkpoints are
trained beforehand (`make zoo`, torch-pruning), and the method picks the one with about the requested share of the
multiply-accumulates removed. For models without such checkpoints there is `prune-channels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression.artifact import check_artifact
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option
from odviz.domain.errors import RecipeError
from odviz.formats import FORMATS
from odviz.units import percent

NAME = "prune-structured"


def _apply(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    nominal = float(options["percent"])
    checkpoints = {
        checkpoint.nominal: checkpoint
        for checkpoint in source.model.checkpoints
        if checkpoint.nominal and source.format in checkpoint.artifacts
    }
    if nominal not in checkpoints:
        existing = ", ".join(f"{NAME}:{share}" for share in sorted(checkpoints)) or "none"
        raise RecipeError(
            f"{source.model.name} has no checkpoint pruned by {nominal:g} %; what exists: {existing}. For ONNX files "
            f"there is prune-channels:{nominal:g}, which removes channels without training.",
            method=NAME,
            option="percent",
        )
    if not source.pristine:
        raise RecipeError(f"{NAME!r} starts from another trained network, so it has to come first.", method=NAME)
    checkpoint = checkpoints[int(nominal)]
    FORMATS[source.format].copy(check_artifact(checkpoint.artifacts[source.format])[0], target)
    note = f"A network trained again with {percent(checkpoint.removed_macs)} of the multiply-accumulates removed."
    return Applied(True, (note,))


def _examples(checkpoints: tuple[int, ...]) -> tuple[Example, ...]:
    middle = checkpoints[len(checkpoints) // 2] if checkpoints else None
    alone = tuple(Example(f"{NAME}:{nominal}", nominal == middle) for nominal in checkpoints)
    with_int8 = tuple(
        Example(f"{NAME}:{nominal}+int8-static", nominal in (middle, checkpoints[-1])) for nominal in checkpoints
    )
    return alone + with_int8


_CONVERSION = Conversion(_apply, _examples)

plugin = Method(
    name=NAME,
    title="Structured pruning",
    summary="A slimmer network of the same kind, trained again after its least useful parts were cut out.",
    conversions={"onnx": _CONVERSION, "tflite": _CONVERSION},
    options=(Option("percent", "Share of the multiply-accumulates that was to be removed.", None, low=1, high=99),),
    starts=True,
)
