"""How far a compressed file is from the one that it was made of, on calibration items."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.compression.base import ModelSource
from odviz.domain.errors import RecipeError
from odviz.metrics.base import Outputs
from odviz.runtimes import runtime_for
from odviz.stats import finite_items
from odviz.tasks.base import Examples


class Comparison:
    """A file, and its outputs on calibration items.

    Args:
        source: the file, and what its items are scored by.
        limit: maximum number of items; they are spread evenly over the calibration set.

    Attributes:
        count: number of items.

    Raises:
        RecipeError: there is no finite item, or no runtime to run the file on.
    """

    def __init__(self, source: ModelSource, limit: int) -> None:
        inputs = source.calibration.inputs
        usable = np.flatnonzero(finite_items(inputs))
        runtime = runtime_for(source.format)
        if not len(usable) or runtime is None:
            missing = "a runtime of its format" if runtime is None else "calibration items without NaN and infinity"
            raise RecipeError(f"Comparing a compressed model with its original needs {missing}.", format=source.format)
        rows = usable[np.unique(np.linspace(0, len(usable) - 1, min(limit, len(usable))).astype(int))]
        self.count = len(rows)
        self._runtime, self._layout, self._report_alive = runtime, source.layout, source.report_alive
        self._inputs, self._targets = inputs[rows], source.calibration.targets[rows]
        self._original = self.outputs(source.path)
        self._metric = source.metric
        self._value = self._score(self._original)

    def outputs(self, path: Path) -> Outputs:
        """Every output of a file on the items, each of shape (N, …)."""
        session = self._runtime.load(path, self._layout, 1)
        predictions = [session.predict(item) for item in self._inputs]
        self._report_alive()
        return tuple(np.stack(arrays) for arrays in zip(*predictions, strict=True))

    def error(self, path: Path) -> float:
        """RMS difference of a file's outputs to the original's, as a share of their spread over the items."""
        pairs = zip(self._original, self.outputs(path), strict=True)
        shares = [_unexplained(original, other) for original, other in pairs if original.dtype.kind == "f"]
        return float(np.sqrt(max(shares, default=0.0)))

    def loss(self, path: Path) -> float:
        """What a file loses of the metric, in percent: points of a share, else percent of the original's value.

        Without a metric, 100 × `error`². A loss below zero is a gain; one of NaN or infinite outputs is infinite.
        """
        if self._metric is None or self._value is None:
            return 100 * self.error(path) ** 2
        value = self._score(self.outputs(path))
        if value is None or not np.isfinite(value):
            return float("inf")
        lost = (self._value - value) if self._metric.higher_is_better else (value - self._value)
        return 100 * lost / (1 if self._metric.unit == "1" else abs(self._value) or 1)

    @property
    def unit(self) -> str:
        """What a loss of one is ("points of accuracy")."""
        if self._metric is None or self._value is None:
            return "% of the variance of the outputs"
        return f"{'points' if self._metric.unit == '1' else '%'} of {self._metric.noun}"

    def describe(self, loss: float) -> str:
        """A loss in words ("loses 0.5 points of accuracy on 200 calibration items")."""
        return f"{'gains' if loss < 0 else 'loses'} {abs(loss):.2g} {self.unit} on {self.count:,} calibration items"

    def _score(self, outputs: Outputs) -> float | None:
        """The metric of outputs; None if there is none, or if it cannot score them."""
        if self._metric is None:
            return None
        try:
            return self._metric.value(self._metric.score(outputs, self._targets))
        except ValueError:
            return None


def halves(source: ModelSource) -> tuple[ModelSource, ModelSource]:
    """A file with every other calibration item, to fit something to, and with the rest, to judge it by.

    With a single item both have it.
    """
    items, apart = source.calibration, len(source.calibration) > 1

    def part(start: int) -> ModelSource:
        rows = slice(start, None, 2)
        return replace(source, calibration=Examples(items.inputs[rows], items.targets[rows], items.groups[rows]))

    return part(0), part(1 if apart else 0)


def _unexplained(original: Array, other: Array) -> float:
    """Squared difference over the variance of the original; over its square where it is the same for all items."""
    original, other = original.astype(float), other.astype(float)
    if original.shape != other.shape or not np.isfinite(other).all():
        return float("inf")
    spread = ((original - original.mean(axis=0)) ** 2).sum() or (original**2).sum() or 1.0
    return float(((original - other) ** 2).sum() / spread)
