"""Poison: bad items among those by which int8 learns its ranges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from odviz.compression.calibration_check import check_calibration
from odviz.compression.recipes import resolve
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.poison import Poison
from odviz.library.scratch import temporary_folder
from odviz.metrics.base import Metric, Outputs
from odviz.objectives.base import Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.stress._chosen import Rows, chosen_items
from odviz.stress._foreign import foreign_items
from odviz.stress._poison import Spoiled, counts_of, poisons_of, spoil
from odviz.stress.base import Bench, ItemSet, StressData, StressTest, Trial, write_items
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

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; the first set of calibration items is clean."""
        rows = chosen_items(data.examples, 1, data.seed)
        items = write_items(folder / "items.npy", [data.examples.inputs[rows]], len(rows))
        sets = _calibration_sets(data, rows, self._items)
        checks = [check_calibration(one.examples.inputs, data.examples.inputs, data.examples.groups) for one in sets]
        paths = []
        for number, one in enumerate(sets):
            paths.append(folder / f"calibration{number}.npz")
            np.savez(paths[-1], inputs=one.examples.inputs, targets=one.examples.targets, groups=one.examples.groups)
        noticed = {
            "bad": np.array([len(one.bad) for one in sets]),
            "poison": np.array([list(Poison).index(one.poison) for one in sets]),
            "suspects": np.array([len(check.suspects) for check in checks]),
            "caught": np.array([one.caught(check) for one, check in zip(sets, checks, strict=True)]),
            "size": np.array([len(sets[0].examples)]),
        }

        def run(bench: Bench) -> Outcome:
            variant = bench.point.variant
            if not any(step.method.calibrated for step in resolve(variant.recipe, variant.format)):
                return {ITEMS: rows, "bad": np.zeros(0, np.int64)}
            outputs = [_outputs(bench, items, path) for path in paths]
            scores = [None if one is None else data.metric.score(one, data.examples.targets[rows]) for one in outputs]
            clean = scores[0]
            if clean is None:
                raise RunFailed(Failure(FailureKind.ERROR, "It cannot be made with the clean calibration items."))
            return {
                ITEMS: rows,
                "scores": np.stack([np.full_like(clean, 0) if one is None else one for one in scores]),
                "made": np.array([one is not None for one in scores]),
                **noticed,
            }

        return run


def _calibration_sets(data: StressData, rows: Rows, most: int) -> list[Spoiled]:
    """The calibration items, at most so many, as they are and with bad ones among them."""
    whole = data.task.calibration()
    chosen = np.linspace(0, len(whole) - 1, min(len(whole), most)).astype(int)
    clean = Examples(whole.inputs[chosen], whole.targets[chosen], whole.groups[chosen])
    foreign = foreign_items(data, rows[np.arange(len(clean)) % len(rows)], data.seed)
    modality = data.task.modality
    return [
        Spoiled(Poison.OUTLIER, np.empty(0, int), clean),
        *(
            spoil(clean, foreign, poison, count, data.seed, modality)
            for poison in poisons_of(modality)
            for count in counts_of(len(clean), SHARES.read(data.settings))
        ),
    ]


def _outputs(bench: Bench, items: ItemSet, calibration: Path) -> Outputs | None:
    """Outputs of the variant that calibration items make; None if none comes of them, or one that does not run."""
    variant = bench.point.variant
    names = variant.task, variant.model, str(variant.recipe), variant.format
    try:
        with temporary_folder() as folder, bench.child([folder]) as child:
            made = child.request(Compress(*names, str(folder / "variants"), calibration=str(calibration)))
            child.request(replace(bench.load(items.path), path=made.artifact.path))
            out = folder / "outputs.npz"
            child.request(Predict(str(out)))
            with np.load(out, allow_pickle=False) as archive:
                return tuple(archive[name] for name in archive.files)
    except RunFailed as error:
        if error.failure.kind.ends_benchmark:
            raise
        return None


plugin = PoisonTest()
