"""Rows of tokens: where they end, and the pairs of neighbours in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from odviz.arrays import Array, Indices

_LEAST_PADDED = 0.2
"""Share of rows that end in the same token from which that token is padding."""


def padding(tokens: Array) -> int | None:
    """The token that fills rows up: the commonest last one, if many rows end in it; None if no row is filled up.

    Args:
        tokens: shape (N, L).
    """
    values, counts = np.unique(tokens[:, -1], return_counts=True)
    common = counts.argmax()
    return int(values[common]) if counts[common] >= _LEAST_PADDED * len(tokens) else None


def lengths(tokens: Array, fill: int | None) -> Indices:
    """Number of tokens of each row without those that fill it up, shape (N,).

    Args:
        tokens: shape (N, L).
        fill: the token that fills up; None for none.
    """
    if fill is None:
        return np.full(len(tokens), tokens.shape[1])
    used = tokens != fill
    ends: Indices = np.where(used.any(axis=1), tokens.shape[1] - used[:, ::-1].argmax(axis=1), 0)
    return ends


def neighbours(tokens: Array) -> Any:
    """Which pairs of neighbouring tokens each row has; start and end of a row count as tokens.

    Args:
        tokens: shape (N, L).

    Returns:
        A sparse matrix of ones, shape (N, pairs).
    """
    ends = lengths(tokens, padding(tokens))
    ids = np.unique(tokens, return_inverse=True)[1].reshape(tokens.shape) + 1  # 0 stands for start and end
    framed = np.zeros((len(tokens), tokens.shape[1] + 2), np.int64)
    framed[:, 1:-1] = np.where(np.arange(tokens.shape[1]) < ends[:, np.newaxis], ids, 0)
    codes = framed[:, :-1] * (int(ids.max()) + 1) + framed[:, 1:]
    rows, columns = np.nonzero(np.arange(codes.shape[1]) <= ends[:, np.newaxis])
    return incidence(rows, codes[rows, columns], len(tokens))


def incidence(rows: Array, codes: Array, count: int) -> Any:
    """Which codes each row has: a sparse matrix of ones, shape (count, distinct codes).

    Args:
        rows: row of each occurrence.
        codes: of each occurrence.
        count: number of rows.
    """
    distinct, columns = np.unique(codes, return_inverse=True)
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (count, len(distinct)))
    matrix.data[:] = 1  # repeats were added up
    return matrix
