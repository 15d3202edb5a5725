"""Predicts every item twice."""

from __future__ import annotations

from pathlib import Path

from odviz.objectives.base import Outcome
from odviz.stress.base import Bench, StressData, StressTest, Trial, write_items


class Twice(StressTest):
    """Outcomes are the scores of the first of both predictions, shape (N,)."""

    name = "twice"
    title = "Asked twice"
    summary = "Does it say the same when it is asked again?"

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """Every item stands twice in the file."""
        inputs, targets = data.examples.inputs, data.examples.targets
        items = write_items(folder / "items.npy", (inputs, inputs), 2 * len(inputs))

        def run(bench: Bench) -> Outcome:
            return {
                "scores": data.metric.score(tuple(output[: len(targets)] for output in bench.predict(items)), targets)
            }

        return run


plugin = Twice()
