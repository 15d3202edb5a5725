"""Out-of-distribution items: whether a model is less sure of items that are none of its task's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from odviz.metrics.base import Metric, Targets
from odviz.objectives.base import Outcome
from odviz.objectives.confidence import FOREIGN, ITEMS, OWN
from odviz.stress._chosen import Rows, chosen_items
from odviz.stress._foreign import described, foreign_items
from odviz.stress.base import Bench, ItemSet, StressData, StressTest, write_items
from odviz.tasks.base import Task

__all__ = ["OutOfDistribution", "OwnAndForeign", "described"]


@dataclass(frozen=True, eq=False)
class OwnAndForeign:
    """Test items, then as many foreign items.

    Attributes:
        rows: the test items.
        items: both.
    """

    rows: Rows
    items: ItemSet


class OutOfDistribution(StressTest):
    """Outcomes are the first output on test items and on foreign items, each of shape (N, …)."""

    name = "out-of-distribution"
    title = "Foreign inputs"
    summary = (
        "Things that the model has never learned, such as letters for a model of clothes: is it less sure of them?"
    )

    def unsupported(self, task: Task, metric: Metric) -> str:  # noqa: ARG002 - of the interface
        """See StressTest.unsupported."""
        return (
            "" if metric.targets is Targets.CLASSES else "Only a model that tells classes apart is more or less sure."
        )

    def prepare(self, data: StressData, folder: Path) -> OwnAndForeign:
        """See StressTest.prepare."""
        rows = chosen_items(data.examples, 2, data.seed)
        parts = (data.examples.inputs[rows], foreign_items(data, rows, data.seed))
        return OwnAndForeign(rows, write_items(folder / "items.npy", parts, 2 * len(rows)))

    def run(self, prepared: OwnAndForeign, bench: Bench) -> Outcome:
        """See StressTest.run."""
        first = bench.predict(prepared.items)[0]
        if not np.isfinite(first).all():
            raise ValueError("some are not finite")
        own, foreign = np.split(first, 2)
        return {ITEMS: prepared.rows, OWN: own, FOREIGN: foreign}


plugin = OutOfDistribution()
