"""Poison: bad items among those by which int8 learns its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from odviz.arrays import Array
from odviz.compression.calibration_check import check_calibration
from odviz.compression.recipes import resolve
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.poison import Poison
from odviz.library.scratch import temporary_folder
from odviz.metrics.base import Metric
from odviz.objectives.base import Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.stress._chosen import Rows, chosen_items
from odviz.stress._foreign import foreign_items
from odviz.stress._poison import Spoiled, counts_of, poisons_of, spoil
from odviz.stress.base import Bench, ItemSet, StressData, StressTest, write_items
from odviz.stress.settings import Setting, some_numbers
from odviz.tasks.base import Examples, Task
from odviz.worker.protocol import Compress, Predict

CALIBRATION_ITEMS = 200
"""As many as quantizers use (`odviz.compression._quantizers.MAX_ITEMS`)."""

SHARES = Setting[tuple[float, ...]](
    "poison_shares",
    (0.01, 0.03, 0.1, 0.3),
    some_numbers(0.001, 0.9, "%"),
    "Shares of calibration items that are bad, after a single one; by default 1%,3%,10%,30%.",
)


@dataclass(frozen=True, eq=False)
class PreparedPoison:
    """What all variants share.

    Attributes:
        data: of the benchmark.
        rows: the test items that are predicted.
        items: their inputs.
        sets: files of calibration items with the bad ones in them; the first is clean.
        suspects: how many items odviz suspects in each set.
        caught: how many of these are bad.
        size: calibration items in a set.
    """

    data: StressData
    rows: Rows
    items: ItemSet
    sets: Sequence[tuple[Poison, int, Path]]
    suspects: Sequence[int]
    caught: Sequence[int]
    size: int


class PoisonTest(StressTest):
    """Outcomes are, of the clean set and of each spoiled one, the scores of the test items and what odviz noticed.

    The arrays `bad` (number of bad items), `poison` (place in `Poison`), `suspects`, `caught` and `made` (whether a
    file came of it) have an element for each set, `scores` has the shape (sets, N, …).
    """

    name = "poison"
    title = "Bad calibration items"
    summary = "Some of the examples by which int8 is tuned are wrong: how many does it take, and are they noticed?"
    seconds = 15.0
    version = 2
    settings = (SHARES,)

    def __init__(self, items: int = CALIBRATION_ITEMS) -> None:
        self._items = items

    def unsupported(self, task: Task, metric: Metric) -> str:  # noqa: ARG002
        """See StressTest.unsupported."""
        return "Networks with several inputs are left out." if len(task.shapes) > 1 else ""

    def prepare(self, data: StressData, folder: Path) -> PreparedPoison:
        """See StressTest.prepare."""
        rows = chosen_items(data.examples, 1, data.seed)
        items = write_items(folder / "items.npy", [data.examples.inputs[rows]], len(rows))
        whole = data.task.calibration()
        chosen = np.linspace(0, len(whole) - 1, min(len(whole), self._items)).astype(int)
        clean = Examples(whole.inputs[chosen], whole.targets[chosen], whole.groups[chosen])
        modality = data.task.modality
        spoiled = [Spoiled(Poison.OUTLIER, np.empty(0, int), clean)]
        own = rows[np.arange(len(clean)) % len(rows)]
        foreign = foreign_items(data, own, data.seed)
        for poison in poisons_of(modality):
            for count in counts_of(len(clean), SHARES.read(data.settings)):
                spoiled.append(spoil(clean, foreign, poison, count, data.seed, modality))
        checks = [check_calibration(one.examples.inputs, data.examples.inputs, data.examples.groups) for one in spoiled]
        sets = []
        for number, one in enumerate(spoiled):
            path, own = folder / f"calibration{number}.npz", one.examples
            np.savez(path, inputs=own.inputs, targets=own.targets, groups=own.groups)
            sets.append((one.poison, len(one.bad), path))
        suspects = [len(check.suspects) for check in checks]
        caught = [one.caught(check) for one, check in zip(spoiled, checks, strict=True)]
        return PreparedPoison(data, rows, items, sets, suspects, caught, len(clean))

    def run(self, prepared: PreparedPoison, bench: Bench) -> Outcome:
        """See StressTest.run."""
        variant = bench.point.variant
        if not any(step.method.calibrated for step in resolve(variant.recipe, variant.format)):
            return {ITEMS: prepared.rows, "bad": np.zeros(0, np.int64)}
        scores = [_scores(prepared, bench, path) for _, _, path in prepared.sets]
        clean = scores[0]
        if clean is None:
            raise RunFailed(Failure(FailureKind.ERROR, "It cannot be made with the clean calibration items."))
        rows = [np.full_like(clean, 0) if one is None else one for one in scores]
        return {
            ITEMS: prepared.rows,
            "scores": np.stack(rows),
            "made": np.array([one is not None for one in scores]),
            "bad": np.array([count for _, count, _ in prepared.sets]),
            "poison": np.array([list(Poison).index(poison) for poison, _, _ in prepared.sets]),
            "suspects": np.array(prepared.suspects),
            "caught": np.array(prepared.caught),
            "size": np.array([prepared.size]),
        }


def _scores(prepared: PreparedPoison, bench: Bench, calibration: Path) -> Array | None:
    """Scores of the variant that calibration items make; None if none comes of them, or one that does not run."""
    variant, data = bench.point.variant, prepared.data
    names = variant.task, variant.model, str(variant.recipe), variant.format
    try:
        with temporary_folder() as folder, bench.child([folder]) as child:
            made = child.request(Compress(*names, str(folder / "variants"), calibration=str(calibration)))
            child.request(replace(bench.load(prepared.items.path), path=made.artifact.path))
            out = folder / "outputs.npz"
            child.request(Predict(str(out)))
            with np.load(out, allow_pickle=False) as archive:
                outputs = tuple(archive[name] for name in archive.files)
    except RunFailed as error:
        if error.failure.kind.ends_benchmark:
            raise
        return None
    return data.metric.score(outputs, data.examples.targets[prepared.rows])


plugin = PoisonTest()
