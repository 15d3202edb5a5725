"""The interface of a check of a data set, and what a check sees."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from odviz.arrays import Array
from odviz.data_quality._copies import Copies, find_copies
from odviz.domain.data_quality import MOST_CASES, Case, CheckReport, DataFinding, FindingKind, Item, Part, Severity
from odviz.domain.modality import Modality
from odviz.library.items import parts
from odviz.metrics.base import Metric, Outputs, Targets
from odviz.stats.groups import Groups
from odviz.tasks.base import Examples
from odviz.units import counted, percent


@dataclass(frozen=True, eq=False)
class Predicted:
    """What one variant predicts for the test items.

    Attributes:
        label: of the variant and its runtime.
        scores: as the metric gives them, shape (N, …).
        outputs: of the network, each of shape (N, …); None where they were not kept.
        parent: position of the uncompressed network among the answers; None for such a network itself.
    """

    label: str
    scores: Array
    outputs: Outputs | None
    parent: int | None


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set, and what a benchmark's variants predict for it.

    Attributes:
        modality: what kind of thing an item is.
        metric: of the task.
        classes: names of the classes; empty for a task without classes.
        test: the test items.
        calibration: the items that calibrate quantizers.
        group_title: what the test items come from, in the plural ("people"); empty where these stand for nothing.
        unknown_token: id that stands for words which the tokenizer does not know; None for no texts, or not known.
        answers: of each variant; empty without a benchmark.
    """

    modality: Modality
    metric: Metric
    classes: tuple[str, ...]
    test: Examples
    calibration: Examples
    group_title: str = ""
    unknown_token: int | None = None
    answers: Sequence[Predicted] = ()

    @cached_property
    def copies(self) -> Copies:
        """Items that are equal or alike, within and across the splits."""
        return find_copies(parts(self.test.inputs), parts(self.calibration.inputs), self.modality)

    @cached_property
    def groups(self) -> Groups | None:
        """Group of each test item; None where intervals are over items."""
        if not self.group_title:
            return None
        groups: Groups = np.unique(self.test.groups, return_inverse=True)[1]
        return groups

    @property
    def has_classes(self) -> bool:
        """Whether the targets are classes with names."""
        return bool(self.classes) and self.metric.targets is Targets.CLASSES and self.test.targets.ndim == 1

    def split(self, split: Part) -> Examples:
        """The items of a part."""
        return self.test if split is Part.TEST else self.calibration

    def main_inputs(self, split: Part) -> Array:
        """What the first input of a network takes of each item, shape (N, …)."""
        return parts(self.split(split).inputs)[0]

    def label(self, item: Item) -> str:
        """Name of the class of an item; empty for a task without classes."""
        if not self.has_classes:
            return ""
        return self.classes[int(self.split(item.split).targets[item.index])]


class Check(ABC):
    """One thing that is looked at in a data set; a plug-in.

    Attributes:
        name: as typed.
        title: as shown, a question.
        order: of the checks on the page.
        needs_answers: whether it says nothing without the predictions of a benchmark.
    """

    name: str
    title: str
    order: int
    needs_answers: bool = False

    @abstractmethod
    def method(self, modality: Modality) -> str:
        """How it looks at items of a kind, with its thresholds, for people."""

    @abstractmethod
    def findings(self, data: Dataset) -> Iterable[DataFinding]:
        """Look at a data set."""

    def obstacle(self, data: Dataset) -> str:
        """Why the check cannot be made, as a sentence; empty if it can."""
        if self.needs_answers and not data.answers:
            return "It needs the predictions of a benchmark: run one, then look again."
        return ""

    def report(self, data: Dataset) -> CheckReport:
        """The findings with what was looked at."""
        obstacle = self.obstacle(data)
        findings = () if obstacle else tuple(self.findings(data))
        return CheckReport(self.name, self.title, self.method(data.modality), findings, obstacle)


def fine(kind: FindingKind, message: str) -> DataFinding:
    """A finding that asks for nothing."""
    return DataFinding(kind, Severity.FINE, message)


def strongest(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases that go farthest, first."""
    return tuple(sorted(cases, key=lambda case: -case.strength)[:MOST_CASES])


def items_of(split: Part, indices: Iterable[int]) -> tuple[Item, ...]:
    """Items by their positions in a part."""
    return tuple(Item(split, int(index)) for index in indices)


def some_of(count: int, total: int, noun: str) -> str:
    """How many of all, at the start of a sentence ("2 test items of 10,000 (less than 0.1 %) are")."""
    share = count / total
    written = "less than 0.1 %" if 0 < share < 0.0005 else percent(share, 1)
    return f"{counted(count, noun)} of {total:,} ({written}) {are(count)}"


def are(count: int) -> str:
    """The verb that goes with a number."""
    return "is" if count == 1 else "are"
