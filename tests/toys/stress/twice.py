"""Predicts every item twice."""

from __future__ import annotations

from pathlib import Path

from odviz.arrays import Array
from odviz.metrics.base import Metric
from odviz.objectives.base import Outcome
from odviz.stress.base import Bench, ItemSet, StressData, StressTest, write_items


class Twice(StressTest):
    """Outcomes are the scores of the first of both predictions, shape (N,)."""

    name = "twice"
    title = "Asked twice"
    summary = "Does it say the same when it is asked again?"

    def prepare(self, data: StressData, folder: Path) -> tuple[ItemSet, Metric, Array]:
        """The items, what they are, and the metric."""
        inputs = data.examples.inputs
        items = write_items(folder / "items.npy", (inputs, inputs), 2 * len(inputs))
        return items, data.metric, data.examples.targets

    def run(self, prepared: tuple[ItemSet, Metric, Array], bench: Bench) -> Outcome:
        """Scores of one variant."""
        items, metric, targets = prepared
        outputs = [output[: len(targets)] for output in bench.predict(items)]
        return {"scores": metric.score(outputs, targets)}


plugin = Twice()
