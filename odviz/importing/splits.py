"""The data set that items become: some test, the others calibrate quantizers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Indices
from odviz.domain.errors import FileRefused
from odviz.tasks._own import named_columns, stored_name
from odviz.units import counted

CALIBRATION_SHARE, CALIBRATION_ITEMS = 0.2, 200
"""Part of the items, and most of them, that calibrate quantizers and are left out of the test."""

SEED = 0

NO_COLUMNS: Mapping[str, NDArray[np.str_]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Split:
    """How items were split.

    Attributes:
        test: how many test.
        calibration: how many calibrate.
        remarks: on identical items, a sentence each.
    """

    test: int
    calibration: int
    remarks: tuple[str, ...] = ()


def write(
    folder: Path,
    parts: tuple[Array, ...],
    targets: Array,
    groups: NDArray[np.str_] | None,
    own: tuple[Array, ...],
    columns: Mapping[str, NDArray[np.str_]] = NO_COLUMNS,
) -> Split:
    """Write both splits, no item in both; identical items are one.

    Args:
        folder: where to.
        parts: what each input takes, each of shape (N, …).
        targets: shape (N, …).
        groups: shape (N,); None for no groups.
        own: what each input takes of items for calibration; empty to take a part of the items.
        columns: what else is known of the items, by heading; test items keep it.

    Raises:
        FileRefused: each item for calibration is a test item, too.
    """
    known: dict[bytes, int] = {}
    identities = np.array([known.setdefault(identity, len(known)) for identity in _identities(parts)])
    distinct = len(known)
    copies = len(identities) - distinct
    remarks = [f"Equal to another item: {copies:,} of {len(identities):,}."] if copies else []
    order = np.random.default_rng(SEED).permutation(distinct)
    taken = 0 if own else min(CALIBRATION_ITEMS, int(CALIBRATION_SHARE * distinct))
    calibrates = np.isin(identities, order[:taken])
    calibration, test = np.flatnonzero(calibrates), np.flatnonzero(~calibrates)
    labels = {"y": targets, "group": groups if groups is not None else np.full(len(targets), "")}
    kept = named_columns({heading: cells[test] for heading, cells in columns.items()})
    _save(folder / "test.npz", parts, test, labels, kept)
    if own:
        calibration = np.flatnonzero([identity not in known for identity in _identities(own)])
        count = len(own[0])
        if not len(calibration):
            raise FileRefused("Each item for calibration is a test item, too; calibrate with others.")
        if len(calibration) < count:
            both = count - len(calibration)
            remarks.append(f"{both:,} of {counted(count, 'item')} for calibration test, too: left out of calibration.")
        parts = own
        labels = {"y": np.zeros((count, *targets.shape[1:]), targets.dtype), "group": np.full(count, "")}
    _save(folder / "calibration.npz", parts, calibration, labels)
    return Split(len(test), len(calibration), tuple(remarks))


def _identities(parts: tuple[Array, ...]) -> Iterator[bytes]:
    """A digest of each item, equal for items that are equal in all parts."""
    for row in zip(*parts, strict=True):
        digest = hashlib.blake2b(digest_size=16)
        for part in row:
            digest.update(np.ascontiguousarray(part, np.float32).data)
        yield digest.digest()


def _save(
    path: Path,
    parts: tuple[Array, ...],
    rows: Indices,
    others: Mapping[str, Array],
    kept: Mapping[str, Array] = NO_COLUMNS,
) -> None:
    arrays = {stored_name(place): array for place, array in enumerate(parts)} | dict(others)
    np.savez_compressed(path, **{name: array[rows] for name, array in arrays.items()}, **kept)
