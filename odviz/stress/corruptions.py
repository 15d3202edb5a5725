"""Corruptions: the test items with noise, blur, typing errors and the like, at five severities."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.metrics.copies import copies_of
from odviz.objectives.base import Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.stress import _image, _signal, _tabular, _text
from odviz.stress._chosen import chosen_items
from odviz.stress._kinds import SEVERITIES
from odviz.stress._natural import Natural, kinds_of, natural_items
from odviz.stress.base import Bench, StressData, StressTest, Trial, write_items

KIND_TITLES = {
    kind.name: kind.title
    for kinds in (_image.KINDS, _signal.KINDS, _tabular.KINDS, _text.KINDS, _text.TOKEN_KINDS)
    for kind in kinds
}
"""Titles of all kinds of changes by name."""


class Corruptions(StressTest):
    """Outcomes are the indices of the test items, and for each kind of change scores of shape (severities, N, …)."""

    name = "corruptions"
    title = "Disturbed inputs"
    summary = "The test items as they come in daily use: noisy, blurred, badly lit, mistyped or incomplete."

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; the changed items are in the order kind, severity, item."""
        kinds = kinds_of(data.task)
        copies = len(kinds) * len(SEVERITIES)
        rows = chosen_items(data.examples, copies, data.seed)
        changed = variations(natural_items(data, rows), data.seed)
        items = write_items(folder / "items.npy", changed, copies * len(rows))

        def run(bench: Bench) -> Outcome:
            scores = copies_of(data.metric, copies).score(bench.predict(items), data.examples.targets[rows])
            by_kind = np.moveaxis(scores, 1, 0).reshape(len(kinds), len(SEVERITIES), *scores[:, 0].shape)
            return {ITEMS: rows, **dict(zip([kind.name for kind in kinds], by_kind, strict=True))}

        return run


def variations(natural: Natural, seed: int) -> Iterator[Array]:
    """Inputs of every kind of change at every severity, by kind, then by severity.

    Args:
        natural: the items.
        seed: of the changes.
    """
    for kind in natural.kinds:
        for severity in SEVERITIES:
            yield natural.inputs(kind.changed(natural.items, severity, seed))


plugin = Corruptions()
