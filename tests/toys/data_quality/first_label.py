"""Looks at the label of the first test item."""

from __future__ import annotations

from collections.abc import Iterable

from odviz.data_quality.base import Check, Dataset, fine
from odviz.domain.data_quality import DataFinding, FindingKind
from odviz.domain.modality import Modality


class FirstLabel(Check):
    """Says what the first test item is."""

    name = "first-label"
    title = "What is the first item?"
    order = 99

    def method(self, modality: Modality) -> str:
        """How it looks."""
        return f"It looks at the first {modality}."

    def findings(self, data: Dataset) -> Iterable[DataFinding]:
        """The label of the first item."""
        yield fine(FindingKind.CHANCE, f"The first item is {int(data.test.targets[0])}.")


plugin = FirstLabel()
