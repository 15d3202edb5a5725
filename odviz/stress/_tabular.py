"""Changes to rows of a table: float arrays of shape (N, F)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Bools
from odviz.stress._kinds import Kind

Rows = NDArray[np.floating[Any]]
Rng = np.random.Generator

_NUMERIC = 10
"""A column of more different values is taken for a quantity, of fewer for a code."""


def are_quantities(rows: Rows) -> Bools:
    """Whether each column holds quantities rather than codes; shape (F,)."""
    return np.array([len(np.unique(column)) > _NUMERIC for column in rows.T])


def noise(rows: Rows, level: float, rng: Rng) -> Rows:
    """Gaussian noise on quantities; the level is its standard deviation, in that of the column."""
    spread = np.where(are_quantities(rows), rows.std(axis=0), 0)
    return rows + level * spread * rng.standard_normal(rows.shape)


def missing(rows: Rows, level: float, rng: Rng) -> Rows:
    """Missing entries, filled with the middle of the column; the level is their share."""
    middle = np.quantile(rows, 0.5, axis=0, method="lower")  # a value that occurs, also of codes
    return np.where(rng.random(rows.shape) < level, middle, rows)


def swapped(rows: Rows, level: float, rng: Rng) -> Rows:
    """Wrong entries, each that of another row; the level is their share."""
    others = rows[rng.permutation(len(rows))]
    return np.where(rng.random(rows.shape) < level, others, rows)


KINDS = (
    Kind("noise", "Noise", (0.1, 0.2, 0.4, 0.7, 1.0), noise),
    Kind("missing", "Missing entries", (0.05, 0.1, 0.2, 0.35, 0.5), missing),
    Kind("swapped", "Wrong entries", (0.03, 0.06, 0.12, 0.2, 0.3), swapped),
)
