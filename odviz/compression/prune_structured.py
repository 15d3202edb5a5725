"""Structured pruning: whole channels removed, then fine-tuned, before the model was shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from odviz.compression._artifact import check_artifact
from odviz.compression.base import Applied, Example, Method, Option, Source
from odviz.domain.errors import RecipeError
from odviz.formats import FORMATS
from odviz.units import percent


class PruneStructured:
    """Picks the shipped checkpoint that had about so many of its multiply-accumulates removed.

    Channels removed without fine-tuning ruin a network, and fine-tuning takes data and minutes, so these checkpoints
    are trained beforehand (`make zoo`, torch-pruning) and shipped.
    """

    name = "prune-structured"
    title = "Structured pruning"
    summary = "A slimmer network of the same kind, trained again after its least useful parts were cut out."
    formats = frozenset({"onnx", "tflite"})
    options: tuple[Option, ...] = (
        Option("percent", "Share of the multiply-accumulates that was to be removed.", None, low=1, high=99),
    )
    precision: str | None = None
    starts = True
    calibrated = False
    version = 1

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:  # noqa: ARG002
        """See base.Method."""
        middle = checkpoints[len(checkpoints) // 2] if checkpoints else None
        alone = tuple(Example(f"prune-structured:{nominal}", nominal == middle) for nominal in checkpoints)
        both = tuple(Example(f"prune-structured:{n}+int8-static", n in (middle, checkpoints[-1])) for n in checkpoints)
        return alone + both

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:
        """See base.Method."""
        wanted = float(options["percent"])
        there = {
            checkpoint.nominal: checkpoint
            for checkpoint in source.model.checkpoints
            if checkpoint.nominal and source.format in checkpoint.artifacts
        }
        if wanted not in there:
            exist = ", ".join(f"{self.name}:{nominal}" for nominal in sorted(there)) or "none"
            raise RecipeError(
                f"{source.model.name} has no checkpoint with {wanted:g} % of its work pruned away; it has: {exist}."
            )
        if not source.pristine:
            raise RecipeError(f"{self.name!r} starts from another trained network, so it has to come first.")
        checkpoint = there[int(wanted)]
        FORMATS[source.format].copy(check_artifact(checkpoint.artifacts[source.format]), target)
        said = f"A network trained again with {percent(checkpoint.removed_macs)} of the multiply-accumulates removed."
        return Applied(True, (said,))


plugin: Method = PruneStructured()
