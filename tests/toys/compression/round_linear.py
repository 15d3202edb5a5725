"""Rounds the weights of linear models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option, always


def _linear(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    weights = np.load(source.path.with_suffix(".npy"))
    rounded = np.round(weights, int(options["digits"]))
    target.write_bytes(source.path.read_bytes())
    np.save(target.with_suffix(".npy"), rounded)
    return Applied(not np.array_equal(weights, rounded))


plugin = Method(
    name="round-linear",
    title="Rounding",
    summary="Rounds every weight.",
    conversions={"linear": Conversion(_linear, always(Example("round-linear:1", quick=True)))},
    options=(Option("digits", "Digits after the point.", None, low=0, high=6),),
)
