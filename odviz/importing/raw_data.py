"""Items and labels as a person stored them, whatever kind of file they came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array


@dataclass(frozen=True)
class RawData:
    """Items as a person stored them.

    Attributes:
        items: shape (N, …).
        targets: shape (N, …): class indices, names of classes, one-hot rows or values; None without labels.
        groups: shape (N,), text; None if the items come in no groups.
        input: name of the network's input that takes the items; empty if the data do not say.
        others: by name, what further inputs of the network take: shape (N, …), or one value for all items.
        classes: names of the classes; with classes, `targets` are names. Empty if the data name no classes.
        ordered: whether the classes are in the order of the model's outputs; else they are in alphabetical order.
        arranged: whether each axis of the items has its place, channels last; else they may have to be turned.
        columns: what else is known of each item, as text of shape (N,) by heading.
        calibration: items that are kept apart for calibration; None if they are to be taken from these.
        remarks: what was read, skipped and changed, a sentence each.
    """

    items: Array
    targets: Array | None
    groups: NDArray[np.str_] | None
    input: str = ""
    others: Mapping[str, Array] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    ordered: bool = False
    arranged: bool = False
    columns: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    calibration: RawData | None = None
    remarks: tuple[str, ...] = ()
