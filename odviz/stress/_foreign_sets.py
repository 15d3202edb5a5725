"""Which foreign items a model is shown: what is real goes before what is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array
from odviz.domain.foreign import ForeignItems
from odviz.domain.modality import Modality
from odviz.stress._borrowed import DIGITS, borrowed_items, shipped_source
from odviz.stress._chosen import Rows, chosen_items
from odviz.stress._foreign import beyond_items, described_made, foreign_items
from odviz.stress.base import StressData
from odviz.tasks.base import Examples, Task


@dataclass(frozen=True, eq=False)
class ForeignSet:
    """Items of one kind.

    Attributes:
        kind: what they are.
        inputs: of models; of `NEW_SOURCES`, the items that models learned from.
        groups: source of each item, shape (N,), numbered from 0; None if they are not told apart.
    """

    kind: ForeignItems
    inputs: Array
    groups: Array | None = None


def kinds_for(task: Task, other: str) -> tuple[ForeignItems, ...]:
    """The kinds of foreign items of a task, the most telling first.

    Args:
        task: whose.
        other: name of a data set that a person gave; empty for none.
    """
    known = {
        ForeignItems.GIVEN: bool(other),
        ForeignItems.OTHER_TASK: bool(shipped_source(task)),
        ForeignItems.MADE: True,
        ForeignItems.BEYOND: task.modality is Modality.TABULAR,
        ForeignItems.NEW_SOURCES: has_new_sources(task.test(), task.calibration()),
    }
    return tuple(kind for kind in ForeignItems if known[kind])


def described(task: Task, kind: ForeignItems, other: str) -> str:
    """What the items of a kind are, in the plural.

    Args:
        task: to which they are foreign.
        kind: of items.
        other: name of a data set that a person gave; empty for none.
    """
    match kind:
        case ForeignItems.GIVEN:
            return f"items of {other}"
        case ForeignItems.OTHER_TASK:
            source = shipped_source(task)
            return "handwritten digits" if source == DIGITS else f"items of {source}"
        case ForeignItems.MADE:
            return described_made(task)
        case ForeignItems.BEYOND:
            return "rows with numbers far beyond all others"
    return f"items of {task.groups or 'sources'} that it never learned from"


def has_new_sources(test: Examples, learned: Examples) -> bool:
    """Whether all test items are from sources of which no item was learned: other people, other machines."""
    own, other = set(test.groups.tolist()), set(learned.groups.tolist())
    return len(own) > 1 and len(other) > 1 and not own & other


def foreign_sets(data: StressData, rows: Rows, other: str) -> Iterator[ForeignSet]:
    """The foreign items of a task, one kind after the other.

    Args:
        data: of the benchmark.
        rows: test items, which tell shape and scale.
        other: name of a data set that a person gave; empty for none.
    """
    for kind in kinds_for(data.task, other):
        match kind:
            case ForeignItems.GIVEN:
                yield ForeignSet(kind, borrowed_items(data, rows, other))
            case ForeignItems.OTHER_TASK:
                yield ForeignSet(kind, borrowed_items(data, rows, shipped_source(data.task)))
            case ForeignItems.MADE:
                yield ForeignSet(kind, foreign_items(data, rows, data.seed))
            case ForeignItems.BEYOND:
                yield ForeignSet(kind, beyond_items(data, rows, data.seed))
            case ForeignItems.NEW_SOURCES:
                learned = data.task.calibration()
                chosen = chosen_items(learned, 1, data.seed)[: len(rows)]
                groups = np.unique(learned.groups[chosen], return_inverse=True)[1]
                yield ForeignSet(kind, learned.inputs[chosen], groups)
