"""Unstructured magnitude pruning: the smallest weights become zero, the shapes stay.

The baseline of Han et al. (2015). Ranking over the whole network keeps more accuracy at the same sparsity (Blalock et
al. 2020). Weights of convolutions, products, recurrences and embeddings take part; biases and normalizations do not.
Dense runtimes gain no speed from it, and the file shrinks only when it is compressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from odviz.arrays import Array, Bools
from odviz.compression import _onnx_weights, _tflite_weights
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always

Weights = list[Array]
Edit = Callable[[ModelSource, Path, Callable[[Weights], Weights]], None]


def _conversion(edit: Edit) -> Conversion:
    """Pruning of the files whose weights `edit` rewrites."""

    def apply(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
        share, together = float(options["percent"]) / 100, options["scope"] == "global"
        zeroed = 0

        def prune(weights: Weights) -> Weights:
            nonlocal zeroed
            masks = smallest(weights, share, together=together)
            zeroed = sum(int(np.count_nonzero(weight[mask])) for weight, mask in zip(weights, masks, strict=True))
            return [np.where(mask, np.zeros_like(weight), weight) for weight, mask in zip(weights, masks, strict=True)]

        edit(source, target, prune)
        if not zeroed:
            return Applied(False, ("There are no float weights in it that are not zero already.",))
        return Applied(True, ("Zeros make no dense runtime faster; they shrink the file once it is compressed.",))

    examples = always(
        Example("prune-magnitude:50"), Example("prune-magnitude:80"), Example("prune-magnitude:50+int8-static")
    )
    return Conversion(apply, examples)


def smallest(weights: list[Array], share: float, *, together: bool) -> list[Bools]:
    """Which weights have the least magnitude.

    Args:
        weights: one array a layer, any shapes.
        share: of the weights to pick, 0 to 1; the count is rounded down, ties are broken by place.
        together: rank over all arrays instead of within each.

    Returns:
        One mask per array.
    """
    if not weights:
        return []
    if not together:
        return [mask for weight in weights for mask in smallest([weight], share, together=True)]
    sizes = np.abs(np.concatenate([weight.reshape(-1) for weight in weights]))
    mask = np.zeros(len(sizes), bool)
    mask[np.argsort(sizes, kind="stable")[: int(share * len(sizes))]] = True
    ends = np.cumsum([weight.size for weight in weights])[:-1]
    return [part.reshape(weight.shape) for part, weight in zip(np.split(mask, ends), weights, strict=True)]


plugin = Method(
    name="prune-magnitude",
    title="Magnitude pruning",
    summary="Sets the weights that matter least to zero: a smaller download once zipped, but not a faster model.",
    conversions={"onnx": _conversion(_onnx_weights.edit), "tflite": _conversion(_tflite_weights.edit)},
    options=(
        Option("percent", "Share of the weights that become zero.", None, low=1, high=99),
        Option(
            "scope",
            "Rank all weights together, or those of each layer apart.",
            "global",
            ("global", "layer"),
        ),
    ),
    version=2,
)
