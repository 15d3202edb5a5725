"""Is an application for a loan a good or a bad risk? A row of numbers and categories; people grouped by age."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.library import datasets
from odviz.tasks.base import Task

MISSING = -1
"""Stored in place of a value that is missing."""


@dataclass(frozen=True)
class StoredColumn:
    """A column of the stored rows, as labels.json describes it: numbers, or indices of categories.

    Attributes:
        name: of the column.
        values: the categories; empty for numbers.
        mean: of the logarithm of 1 + the number, in the training part.
        std: its spread there.
        flagged: whether a second input says that a number is missing.
    """

    name: str
    values: tuple[str, ...] = ()
    mean: float = 0.0
    std: float = 1.0
    flagged: bool = False

    def inputs(self, raw: Array) -> NDArray[np.float32]:
        """What models take of this column.

        Args:
            raw: stored values, shape (N,).

        Returns:
            Shape (N, F): scaled numbers, or one-hot categories; 0 where one is missing.
        """
        if self.values:
            inputs = raw[:, np.newaxis] == np.arange(len(self.values))
        else:
            missing = raw == MISSING
            number = np.where(missing, 0, (np.log1p(np.where(missing, 0, raw)) - self.mean) / self.std)
            inputs = np.stack([number, missing] if self.flagged else [number], axis=1)
        typed: NDArray[np.float32] = inputs.astype(np.float32)
        return typed


class CreditRisk(Task):
    """Two classes; inputs are rows of scaled numbers and one-hot categories, shape (N, 23) float32."""

    name = "credit-risk"
    title = "Credit risk"
    summary = "Looks at the figures of an application for a loan and says whether it is a good or a bad risk."
    knows = (
        "It learned from 1,825 applications of an unnamed place and time. Do not decide about real people with it: not "
        "whether to lend, nor at what price. It is not told a person's age, which the law protects, and may still be "
        "less often right for some ages than for others."
    )
    metric = "balanced-accuracy"
    shape, dtype = (23,), "float32"
    takes = (
        "one application as 23 numbers: years in the job, months of the loan, expenses, income, assets, debt, amount "
        "and price, each scaled, then home, records and job as zeros and ones, as columns.json says"
    )
    groups, fixed_groups = "age bands", True
    order = 1

    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """Scaled logarithms of the numbers, each with a flag if values are missing, then one-hot categories."""
        columns = datasets.constant(self.name, "columns", tuple[StoredColumn, ...])
        parts = [column.inputs(raw) for column, raw in zip(columns, stored["x"].T, strict=True)]
        return np.concatenate(parts, axis=1)

    def preparation(self) -> Mapping[str, bytes]:
        """How a row becomes inputs, column by column."""
        return {"columns.json": json.dumps(datasets.labels(self.name)["columns"], indent=1).encode()}


plugin = CreditRisk()
