"""Attack: small changes that are searched for with nothing but the outputs of the variant."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.attacks.space import space_of
from odviz.domain.attack import Unsuitable
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.library.scratch import temporary_folder
from odviz.metrics._classes import is_single, single_output, threshold
from odviz.metrics.base import Metric, Targets
from odviz.objectives.base import Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.stress._chosen import chosen_items
from odviz.stress.base import Bench, StressData, StressTest, Trial, write_items
from odviz.stress.settings import Setting, a_whole
from odviz.tasks.base import Task
from odviz.worker.stress_requests import Attack

MOST_ITEMS = 100

QUERIES = Setting(
    "attack_queries",
    300,
    a_whole(10, 100_000),
    "Tries of an attack for each item; by default 300. A thousand and more are usual for large pictures.",
)

WHY_NOT = {
    Unsuitable.TOKENS: "Words have numbers, and word 513 is not like word 512: no small change of a text is known.",
    Unsuitable.SEVERAL_INPUTS: "Networks with several inputs are not attacked.",
    Unsuitable.CATEGORIES: "All features are categories or counts, which no small change keeps.",
}


class AttackTest(StressTest):
    """Outcomes are the indices of the test items, their scores under attack, queries, and the budget."""

    name = "attack"
    title = "Attack"
    summary = "Somebody who can only try inputs looks for changes that nobody sees and the network falls for."
    seconds = 15.0
    settings = (QUERIES,)

    def __init__(self, most_items: int = MOST_ITEMS) -> None:
        self._most_items = most_items

    def unsupported(self, task: Task, metric: Metric) -> str:
        """See StressTest.unsupported."""
        if metric.targets is not Targets.CLASSES:
            return "Only a network that chooses among classes can be made to choose a wrong one."
        if len(task.shapes) > 1:
            return WHY_NOT[Unsuitable.SEVERAL_INPUTS]
        return "" if "float" in task.dtype else WHY_NOT[Unsuitable.TOKENS]

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; the box around the attacked items is a file beside them."""
        space = space_of(data.examples.inputs)
        if isinstance(space, Unsuitable):
            raise RunFailed(Failure(FailureKind.UNSUPPORTED, WHY_NOT[space]))
        modality, queries = space.modality, QUERIES.read(data.settings)
        rows = chosen_items(data.examples, 1, data.seed)
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), self._most_items)).astype(int)]
        items = write_items(folder / "items.npy", [data.examples.inputs[rows]], len(rows))
        box, targets = folder / "box.npz", data.examples.targets[rows]
        np.savez(box, low=space.low, high=space.high, radius=space.radius, targets=targets)

        def run(bench: Bench) -> Outcome:
            unchanged = bench.predict(items)
            edge = threshold(single_output(unchanged)) if is_single(unchanged) else 0.0
            with temporary_folder() as own, bench.child([own]) as child:
                out = own / "attacked.npz"
                child.request(bench.load(items.path))
                child.request(Attack(modality, str(box), queries, data.seed, edge, str(out)))
                with np.load(out, allow_pickle=False) as archive:
                    attacked: dict[str, Array] = dict(archive)
            return {
                ITEMS: rows,
                "scores": data.metric.score((attacked["outputs"], *unchanged[1:]), targets),
                "queries": attacked["queries"],
                "right": attacked["right"],
                "budget": np.array([queries]),
            }

        return run


plugin = AttackTest()
