"""Features that say nothing: constant ones, and values that stand for missing ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from odviz.arrays import Array, Bools
from odviz.data_quality import _tokens
from odviz.data_quality._robust import robust_z
from odviz.data_quality.base import Check, Dataset, are, fine, items_of, some_of
from odviz.domain.data_quality import MOST_CASES, Case, DataFinding, FindingKind, Part, Severity
from odviz.domain.modality import Modality
from odviz.domain.text import few
from odviz.units import counted, percent

_NAMES = {Modality.IMAGE: "colour channel", Modality.SIGNAL: "channel", Modality.TABULAR: "column"}

OFTEN, FAR = 0.01, 5.0
"""Share of the items that have a value, and its distance from the others in robust standard deviations, from which it
is taken for a code of missing values (−999)."""

_FIRST = 100
"""Items, or pixels of an item, that are looked at before all are."""


class FeatureValues(Check):
    """Looks at columns, channels and empty items."""

    name = "features"
    title = "Does every feature say something?"
    order = 5

    def method(self, modality: Modality) -> str:
        """See base.Check."""
        constant = "A {} is constant if it has one value in all items of a part."
        return {
            Modality.TEXT: "Texts without tokens are looked for.",
            Modality.IMAGE: constant.format("colour channel") + " Images of one value are empty.",
            Modality.SIGNAL: constant.format("channel") + " Items with a channel that stands still are at rest.",
            Modality.TABULAR: constant.format("column")
            + f" A value that {percent(OFTEN)} of the rows or more have, and "
            f"that lies {FAR:g} robust standard deviations from the median, looks like a code for missing values.",
        }[modality]

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        looked = [*self._constant(data), *self._missing(data)] if data.modality is not Modality.TEXT else []
        looked += self._empty(data)
        yield from looked or [fine(FindingKind.CONSTANT_FEATURES, "No feature is constant, and no item is empty.")]

    def _constant(self, data: Dataset) -> Iterator[DataFinding]:
        name = _NAMES[data.modality]
        for split in Part:
            items = data.main_inputs(split)
            some = _columns(items[:_FIRST], data.modality)
            suspect = np.flatnonzero(np.ptp(some, axis=0) == 0)
            columns = _columns(items, data.modality)[:, suspect] if len(suspect) else some[:, suspect]
            constant = suspect[np.ptp(columns, axis=0) == 0]
            if len(constant) and len(items) > 1:
                numbers = few([str(place + 1) for place in constant])
                message = (
                    f"{counted(len(constant), name)} of {some.shape[1]:,} "
                    f"{are(len(constant))} constant in the {split} items: {numbers}. "
                )
                calibrates = split is Part.CALIBRATION
                message += (
                    "Quantizers that choose ranges by it cut off other values." if calibrates else "It tells nothing."
                )
                yield DataFinding(FindingKind.CONSTANT_FEATURES, Severity.LOOK, message, count=len(constant))

    def _missing(self, data: Dataset) -> Iterator[DataFinding]:
        """Columns of a table with a value that stands for none."""
        if data.modality is not Modality.TABULAR:
            return
        columns = _columns(data.main_inputs(Part.TEST), data.modality)
        for number, column in enumerate(columns.T):
            if code := _code(column):
                value, share = code
                message = (
                    f"Column {number + 1}: {percent(share, 1)} of the test items have the value {value:g}, far from "
                    "all others. If it stands for a missing value, the network takes it for a number."
                )
                rows = np.flatnonzero(column == value)
                cases = tuple(Case(items_of(Part.TEST, [row]), f"{value:g}", share) for row in rows[:MOST_CASES])
                yield DataFinding(FindingKind.MISSING_VALUES, Severity.LOOK, message, count=len(rows), cases=cases)

    def _empty(self, data: Dataset) -> Iterator[DataFinding]:
        for split in Part:
            empty = np.flatnonzero(_is_empty(data.main_inputs(split), data.modality))
            if len(empty):
                message = f"{some_of(len(empty), len(data.split(split)), f'{split} item')} empty or at rest."
                items = items_of(split, empty[:MOST_CASES])
                cases = tuple(Case((item,), data.label(item), 1.0) for item in items)
                yield DataFinding(FindingKind.MISSING_VALUES, Severity.LOOK, message, count=len(empty), cases=cases)


def _columns(items: Array, modality: Modality) -> Array:
    """Values by column or channel, shape (M, features)."""
    if modality is Modality.TABULAR or items.ndim < 3:
        return items.reshape(len(items), -1) if modality is Modality.TABULAR else items.reshape(-1, 1)
    return items.reshape(-1, items.shape[-1])


def _code(column: Array) -> tuple[float, float] | None:
    """An extreme value that many have, far from all others, with its share; None if there is none."""
    for value in (column.min(), column.max()):
        same = column == value
        others = column[~same]
        if OFTEN <= same.mean() < 0.5 and len(np.unique(others)) > 2:
            reference = np.append(others, value)
            if abs(robust_z(reference)[-1]) >= FAR and abs(value - others).min() > np.ptp(others) / 2:
                return float(value), float(same.mean())
    return None


def _is_empty(items: Array, modality: Modality) -> Bools:
    if modality is Modality.TEXT:
        empty: Bools = _tokens.lengths(items, _tokens.padding(items)) == 0
        return empty
    if modality is Modality.TABULAR:
        return np.zeros(len(items), bool)
    if modality is Modality.SIGNAL:
        still: Bools = (np.ptp(items.reshape(len(items), items.shape[1], -1), axis=1) == 0).any(axis=1)
        return still
    pixels = items.reshape(len(items), -1)
    uniform: Bools = np.ptp(pixels[:, :: max(1, pixels.shape[1] // _FIRST)], axis=1) == 0
    uniform[uniform] = np.ptp(pixels[uniform], axis=1) == 0
    return uniform


plugin = FeatureValues()
