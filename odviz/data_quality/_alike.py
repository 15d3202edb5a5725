"""Pairs of items that are alike, by a method for each kind of item. Ten thousand items take seconds on two cores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from odviz.arrays import Array, Floats, Indices
from odviz.data_quality._tokens import incidence, neighbours
from odviz.domain.modality import Modality

Positions = Indices

CORRELATION = {Modality.IMAGE: 0.995, Modality.SIGNAL: 0.98}
"""Least correlation of near copies. Of 55 million pairs of different Fashion-MNIST pictures none reached 0.995; of
870,000 pairs of windows of the same exercises none reached 0.96."""

JACCARD = 0.6
"""Least share of common pairs of neighbouring tokens, of all that one of both texts has, of near copies."""

DISTANCE = 0.02
"""Largest difference of near copies of rows, root mean square over features, in standard deviations."""

ISOLATION = 0.5
"""Largest distance of near copies, as a share of the median distance of items to their tenth neighbour: plain pictures
are all alike."""

FEWEST_FEATURES = 4
"""Features that differ between rows, below which rows are close by chance."""

SHARED = 0.1
"""Least share of its runs of samples that a window has in common with one that it overlaps."""

MOST_PAIRS = 200_000
"""Pairs after which no more are looked for: then most items are alike."""

_SIGNATURE = 1024
"""Most numbers of an item that all pairs are compared by; longer items are averaged first."""

_SLACK = 0.01
"""How much less correlated averaged items may be than the items: the pair is looked at in full."""

_BLOCK = 1024
_SAMPLE, _NEIGHBOUR = 500, 10
"""Items whose neighbours are looked at, and which neighbour: an item may have a few copies."""

_COMMON = 0.02, 50
"""Share and number of items beyond which a pair of tokens finds no candidates: it is in every second text."""

_RUN = 8
"""Numbers of a run of samples, which hardly come together twice by chance."""

_MOST_RUNS = 2_000_000
_OFTEN = 20
"""Items beyond which a run says nothing: a sensor at rest."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of items.

    Attributes:
        first: position of one, shape (P,).
        second: position of the other, greater.
        similarity: shape (P,), 1 for equal items.
    """

    first: Positions
    second: Positions
    similarity: Floats

    def __len__(self) -> int:
        return len(self.first)


NO_PAIRS = Pairs(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))


def alike(items: Array, modality: Modality) -> Pairs:
    """Near copies among distinct items.

    Args:
        items: shape (N, …).
        modality: what they are.
    """
    if modality is Modality.TEXT:
        return _alike_texts(items)
    if modality is Modality.TABULAR:
        return _alike_rows(items.reshape(len(items), -1).astype(float))
    return _alike_waves(items, CORRELATION[modality])


def sharing_samples(items: Array) -> Pairs:
    """Windows of signals that have samples in common, at whatever offset, by runs of equal numbers.

    Args:
        items: shape (N, T) or (N, T, C).

    Returns:
        The pairs, with the common share of the runs of the window that has fewer.
    """
    waves = items.reshape(len(items), items.shape[1], -1)
    length = -(-_RUN // waves.shape[2])
    if waves.shape[1] <= length:
        return NO_PAIRS
    rows, codes = _runs(waves, length)
    matrix = incidence(rows, codes, len(items)).tocsc()
    times = np.diff(matrix.indptr)
    matrix = matrix[:, (times > 1) & (times <= _OFTEN)].tocsr()
    totals = np.bincount(rows, minlength=len(items))
    common = sparse.triu(matrix @ matrix.T, 1).tocoo()
    shares = common.data / np.minimum(totals[common.row], totals[common.col])
    return _pairs(common.row, common.col, shares, shares >= SHARED)


def _runs(waves: Array, length: int) -> tuple[Positions, NDArray[np.uint64]]:
    """Item and hash of runs of samples; of many runs, those whose hash says so, which are the same in all items."""
    count, samples, channels = waves.shape
    one_in = max(1, count * samples // _MOST_RUNS)
    factors = np.random.default_rng(0).integers(1, 2**63, (length, channels), np.uint64) | np.uint64(1)
    rows, codes = [], []
    for start in range(0, count, _BLOCK):
        part = np.ascontiguousarray(waves[start : start + _BLOCK], np.float32)
        bits = part.view(np.uint32).astype(np.uint64)
        stop = samples - length + 1
        code = sum((bits[:, shift : shift + stop] * factors[shift]).sum(axis=2) for shift in range(length))
        moves = np.any(part[:, 1 : stop + length - 1] != part[:, : stop + length - 2], axis=2)
        moving = np.cumsum(np.pad(moves, ((0, 0), (1, 0))), axis=1)
        alive = moving[:, length - 1 :] > moving[:, :stop] if length > 1 else np.ones_like(code, bool)
        kept, at = np.nonzero(alive & ((code >> np.uint64(32)) % np.uint64(one_in) == 0))
        rows.append(kept + start)
        codes.append(code[kept, at])
    return np.concatenate(rows), np.concatenate(codes)


def _alike_texts(tokens: Array) -> Pairs:
    matrix = neighbours(tokens)
    share, number = _COMMON
    rare = matrix[:, np.asarray(matrix.sum(axis=0)).ravel() <= max(number, share * len(tokens))]
    candidates = sparse.triu(rare @ rare.T, 1).tocoo()
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    first, second = candidates.row, candidates.col
    # No more can be common than the shorter text has.
    possible = np.minimum(sizes[first], sizes[second]) >= JACCARD * np.maximum(sizes[first], sizes[second])
    first, second = first[possible], second[possible]
    common = np.asarray(matrix[first].multiply(matrix[second]).sum(axis=1)).ravel()
    similarity = common / (sizes[first] + sizes[second] - common)
    return _pairs(first, second, similarity, similarity >= JACCARD)


def _alike_waves(items: Array, least: float) -> Pairs:
    signatures = _unit(_averaged(items))
    usual = _usual_distance(2 * (1 - signatures[_sampled(items)] @ signatures.T))
    least = max(least, 1 - (ISOLATION * usual) ** 2 / 2)  # (distance of unit vectors)² = 2 (1 − correlation)
    near = _near(signatures, signatures, least - _SLACK)
    blocks = [np.empty(0)]
    for start in range(0, len(near), _BLOCK):
        first, second = near[start : start + _BLOCK].T
        pair = [_unit(items[side].reshape(len(side), -1).astype(np.float32)) for side in (first, second)]
        blocks.append(np.einsum("ij,ij->i", *pair).astype(float))
    similarity = np.concatenate(blocks)
    return _pairs(near[:, 0], near[:, 1], similarity, similarity >= least)


def _alike_rows(rows: Array) -> Pairs:
    spread = rows.std(axis=0)
    varying = spread > 0
    if varying.sum() < FEWEST_FEATURES:
        return NO_PAIRS
    scaled = (rows[:, varying] - rows[:, varying].mean(axis=0)) / spread[varying]
    squares = (scaled**2).sum(axis=1, keepdims=True)
    sampled = scaled[_sampled(rows)]
    usual = _usual_distance((sampled**2).sum(axis=1, keepdims=True) - 2 * sampled @ scaled.T + squares.T)
    distance = min(DISTANCE, ISOLATION * usual / np.sqrt(scaled.shape[1]))
    most = distance**2 * scaled.shape[1]
    # A squared distance as one product: |a|² + |b|² − 2ab; greater than −most where it is smaller than most.
    left = np.concatenate([2 * scaled, -squares, -np.ones_like(squares)], axis=1)
    right = np.concatenate([scaled, np.ones_like(squares), squares], axis=1)
    near = _near(left, right, -most)
    distances = np.sqrt(((scaled[near[:, 0]] - scaled[near[:, 1]]) ** 2).mean(axis=1))
    return _pairs(near[:, 0], near[:, 1], 1 - distances, distances <= distance)


def _sampled(items: Array) -> Positions:
    """Positions of a part of the items."""
    return np.unique(np.linspace(0, len(items) - 1, _SAMPLE).astype(np.intp))


def _usual_distance(squares: Array) -> float:
    """Median distance to the tenth neighbour; infinite where there are too few items to tell.

    Args:
        squares: squared distance of some items to all, themselves included, shape (S, N).
    """
    if squares.shape[1] <= 2 * _NEIGHBOUR:
        return np.inf
    tenth = np.partition(squares, _NEIGHBOUR, axis=1)[:, _NEIGHBOUR]
    return float(np.sqrt(max(0.0, np.median(tenth))))


def _near(left: Array, right: Array, least: float) -> Positions:
    """Pairs of rows whose product is at least so large, shape (P, 2); the second comes after the first."""
    blocks, total = [np.empty((0, 2), np.intp)], 0
    for start in range(0, len(left), _BLOCK):
        products = left[start : start + _BLOCK] @ right[start:].T
        first, second = np.nonzero(products >= least)
        later = second > first
        blocks.append(np.stack([first[later], second[later]], axis=1) + start)
        total += len(blocks[-1])
        if total > MOST_PAIRS:
            break
    return np.concatenate(blocks)[:MOST_PAIRS]


def _averaged(items: Array) -> Array:
    """Items of at most `_SIGNATURE` numbers or so: means of neighbours in time or in both directions of a picture."""
    axes = (1, 2) if items.ndim >= 3 and min(items.shape[1:3]) > 1 and items.shape[1] <= 4 * items.shape[2] else (1,)
    factor = int(np.ceil((items[0].size / _SIGNATURE) ** (1 / len(axes))))
    if factor > 1:
        for axis in axes:
            starts = np.arange(0, items.shape[axis], factor)
            sizes = np.diff(np.append(starts, items.shape[axis]))
            sums = np.add.reduceat(items, starts, axis=axis, dtype=np.float32)
            items = sums / sizes.reshape([-1 if place == axis else 1 for place in range(items.ndim)]).astype(np.float32)
    flat: Array = items.reshape(len(items), -1)
    return flat


def _unit(rows: Array) -> Array:
    """Rows less their mean, of length 1; zero where a row is constant."""
    centred = rows.astype(np.float32) - rows.mean(axis=1, keepdims=True, dtype=np.float32)
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    lengths = np.where(norms > 1e-6, norms, np.inf)
    unit: Array = centred / lengths
    return unit


def _pairs(first: Array, second: Array, similarity: Array, kept: Array) -> Pairs:
    return Pairs(first[kept].astype(np.intp), second[kept].astype(np.intp), similarity[kept].astype(float))
