"""The data set that items become: some test, the others calibrate quantizers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.tasks._own import stored_name

Array = NDArray[Any]

CALIBRATION_SHARE, CALIBRATION_ITEMS = 0.2, 200
"""Part of the items, and most of them, that calibrate quantizers and are left out of the test."""

SEED = 0


def write(
    folder: Path, parts: tuple[Array, ...], targets: Array, groups: NDArray[np.str_] | None, own: tuple[Array, ...]
) -> tuple[int, int]:
    """Write both splits, no item in both.

    Args:
        folder: where to.
        parts: what each input takes, each of shape (N, …).
        targets: shape (N, …).
        groups: shape (N,); None for no groups.
        own: what each input takes of items for calibration; empty to take a part of the items.

    Returns:
        How many test, and how many calibrate.
    """
    count = len(targets)
    order = np.random.default_rng(SEED).permutation(count)
    taken = 0 if own else min(CALIBRATION_ITEMS, int(CALIBRATION_SHARE * count))
    calibration, test = np.sort(order[:taken]), np.sort(order[taken:])
    groups = groups if groups is not None else np.full(count, "")
    _save(folder / "test.npz", parts, test, {"y": targets, "group": groups})
    if own:
        count = len(own[0])
        blank = {"y": np.zeros((count, *targets.shape[1:]), targets.dtype), "group": np.full(count, "")}
        _save(folder / "calibration.npz", own, np.arange(count), blank)
        return len(test), count
    _save(folder / "calibration.npz", parts, calibration, {"y": targets, "group": groups})
    return len(test), taken


def _save(path: Path, parts: tuple[Array, ...], rows: NDArray[np.intp], others: Mapping[str, Array]) -> None:
    arrays = {stored_name(place): array for place, array in enumerate(parts)} | dict(others)
    np.savez_compressed(path, **{name: array[rows] for name, array in arrays.items()})
