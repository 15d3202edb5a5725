"""Out-of-distribution items: whether a model is less sure of items that are none of its task's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from odviz.metrics.base import Metric, Targets
from odviz.objectives.base import Outcome
from odviz.objectives.confidence import ITEMS, LEARNED_GROUPS, OWN
from odviz.stress._borrowed import why_not
from odviz.stress._chosen import chosen_items
from odviz.stress._foreign_sets import described, foreign_sets, kinds_for
from odviz.stress.base import Bench, StressData, StressTest, Trial, write_items
from odviz.stress.settings import Setting, a_name
from odviz.tasks.base import Task

__all__ = ["FOREIGN", "OutOfDistribution", "described"]

FOREIGN = Setting(
    "foreign",
    "",
    a_name,
    "Data set whose items are foreign to the models, such as a task of your own; by default what odviz has.",
)


class OutOfDistribution(StressTest):
    """Outcomes are the first output on test items, and on each kind of foreign items, of shape (N, …)."""

    name = "out-of-distribution"
    title = "Foreign inputs"
    summary = "Things that the model has never learned, such as digits for a model of clothes: is it less sure of them?"
    version = 2
    settings = (FOREIGN,)

    def unsupported(self, task: Task, metric: Metric) -> str:  # noqa: ARG002 - of the interface
        """See StressTest.unsupported."""
        return (
            "" if metric.targets is Targets.CLASSES else "Only a model that tells classes apart is more or less sure."
        )

    def refused(self, task: Task, settings: Mapping[str, str]) -> str:
        """See StressTest.refused."""
        other = FOREIGN.read(settings)
        return why_not(task, other) if other else ""

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; test items come first, then each kind of foreign ones."""
        other = FOREIGN.read(data.settings)
        rows = chosen_items(data.examples, 1 + len(kinds_for(data.task, other)), data.seed)
        sets = tuple(foreign_sets(data, rows, other))
        parts = (data.examples.inputs[rows], *(one.inputs for one in sets))
        learned_groups = next((one.groups for one in sets if one.groups is not None), np.empty(0, int))
        items = write_items(folder / "items.npy", parts, sum(map(len, parts)))
        counts = {one.kind: len(one.inputs) for one in sets}

        def run(bench: Bench) -> Outcome:
            first = bench.predict(items)[0]
            if not np.isfinite(first).all():
                raise ValueError("some are not finite")
            own, *foreign = np.split(first, np.cumsum([len(rows), *counts.values()])[:-1])
            by_kind = {str(kind): outputs for kind, outputs in zip(counts, foreign, strict=True)}
            return {ITEMS: rows, OWN: own, LEARNED_GROUPS: learned_groups, **by_kind}

        return run


plugin = OutOfDistribution()
