"""Files in one folder per class: the class of each, which test and which calibrate; and the items in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.text import few, quoted
from odviz.importing.collection import Collection, Entry
from odviz.importing.orders import is_order, order_of
from odviz.importing.raw_data import RawData
from odviz.units import counted

MOST_ITEMS = 5000
MOST_NUMBERS = 1 << 28
"""Of all items; runtimes take them with four bytes each."""

_TRAINING = ("train", "training", "val", "valid", "validation", "dev")
_TEST = ("test", "testing", "eval", "evaluation", "val", "valid", "validation", "dev")
"""Names of folders that split data, in the order in which one is taken for calibration and for tests."""

_MARK = "-!-"
"""Between class and number in the names of images in a project of Teachable Machine."""

_SEED = 0


class Unreadable(Exception):
    """A file that holds no item of its kind."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Files with the class of each.

    Attributes:
        test: the files, each with its class; "" without classes.
        calibration: others; empty if none are kept apart.
        classes: their names; empty without classes.
        ordered: whether a file says that the model's outputs have this order; else it is the alphabetical one.
        remarks: what was understood, a sentence each.
    """

    test: tuple[tuple[Entry, str], ...]
    calibration: tuple[tuple[Entry, str], ...]
    classes: tuple[str, ...]
    ordered: bool
    remarks: tuple[str, ...]


def by_class(files: Collection, suffixes: Sequence[str], noun: str) -> Filed:
    """Sort files into classes by their folders.

    Args:
        files: of which those with one of the suffixes count.
        suffixes: of the items.
        noun: of an item, for messages ("image").

    Raises:
        FileRefused: a file of the order of classes does not name them.
    """
    items = [entry for entry in files.entries if entry.suffix in suffixes]
    order = next((entry for entry in files.entries if is_order(entry.path.name)), None)
    others = [entry for entry in files.entries if entry.suffix not in suffixes and entry is not order]
    placed = [(entry, _place(entry.path)) for entry in items]
    while placed[0][1] and len({place[:1] for _, place in placed}) == 1:
        placed = [(entry, place[1:]) for entry, place in placed]
    test, calibration, remarks = _split(placed, noun)
    classes = sorted({place[0] for _, place in (*test, *calibration) if place})
    loose = sum(not place for _, place in test)
    if len(classes) < 2:
        classes = []
        remarks.append(
            f"All {counted(len(test), noun)} lie in one folder, so they have no classes. With a folder for each class "
            "odviz can tell how many the model gets right."
        )
    elif loose:
        remarks.append(f"Left out: {counted(loose, noun)} in no folder of a class.")
        test = [(entry, place) for entry, place in test if place]
    if others:
        kinds = ", ".join(sorted({entry.suffix or "no ending" for entry in others})[:5])
        remarks.append(f"Skipped: {counted(len(others), 'file')} of other kinds ({kinds}).")
    if order and classes:
        classes = list(_ordered(order, classes))
        remarks.append(f"The classes are in the order of {order.path.name}.")
    elif classes:
        remarks.append(f"Each folder is a class: {few(classes)}.")
    return Filed(_named(test), _named(calibration), tuple(classes), order is not None, tuple(remarks))


def read_items(
    filed: Filed, read: Callable[[bytes], Array], shape: tuple[int, ...], noun: str, alive: Callable[[], None]
) -> RawData:
    """The items of all files that can be read; of many files a choice.

    Args:
        filed: the files.
        read: gives an item from the bytes of a file; raises `Unreadable`.
        shape: of an item.
        noun: of an item, for messages.
        alive: called after every item.

    Raises:
        FileRefused: none can be read.
    """
    remarks = list(filed.remarks)
    parts = []
    for files in (filed.test, filed.calibration):
        chosen = _spread(files, most_items(math.prod(shape)))
        if len(chosen) < len(files):
            remarks.append(f"{len(chosen):,} of {len(files):,} {noun}s are used, about as many of each class.")
        items, names = [], []
        for entry, name in chosen:
            alive()
            try:
                items.append(read(entry.read()))
            except (Unreadable, FileRefused):
                continue
            names.append(name)
        if len(items) < len(chosen):
            remarks.append(f"Skipped: {counted(len(chosen) - len(items), noun)} that cannot be read.")
        parts.append((items, np.array(names) if filed.classes else None))
    (items, targets), (others, names_of_others) = parts
    if not items:
        raise FileRefused(f"None of the {len(filed.test):,} {noun}s can be read.")
    calibration = RawData(np.stack(others), names_of_others, None) if others else None
    return RawData(
        np.stack(items),
        targets,
        None,
        classes=filed.classes,
        ordered=filed.ordered,
        calibration=calibration,
        remarks=tuple(remarks),
    )


def _spread(files: Sequence[tuple[Entry, str]], most: int) -> list[tuple[Entry, str]]:
    """At most so many files, a seeded choice of about as many of each class."""
    if len(files) <= most:
        return list(files)
    rank: dict[str, int] = {}
    turns = []
    for index in np.random.default_rng(_SEED).permutation(len(files)):
        name = files[index][1]
        rank[name] = rank.get(name, 0) + 1
        turns.append((rank[name], int(index)))
    return [files[index] for index in sorted(index for _, index in sorted(turns)[:most])]


def most_items(numbers: int) -> int:
    """How many items of so many numbers are read."""
    return max(1, min(MOST_ITEMS, MOST_NUMBERS // numbers))


def _place(path: PurePosixPath) -> tuple[str, ...]:
    """Folders of a file; a file of Teachable Machine bears the name of its class."""
    folders = path.parts[:-1]
    name, mark, _ = path.name.rpartition(_MARK)
    return (*folders, name) if mark and name and (not folders or folders[-1] != name) else folders


_Placed = list[tuple[Entry, tuple[str, ...]]]


def _split(placed: _Placed, noun: str) -> tuple[_Placed, _Placed, list[str]]:
    """Files for tests and for calibration, if folders split them; and a remark."""
    tops = {place[0].lower() for _, place in placed if place}
    if not all(place for _, place in placed) or not tops <= {*_TRAINING, *_TEST}:
        return placed, [], []
    testing = next(name for name in _TEST if name in tops) if tops & {*_TEST} else ""
    training = next(name for name in _TRAINING if name in tops and name != testing)
    parts = {
        name: [(entry, place[1:]) for entry, place in placed if place[0].lower() == name]
        for name in (testing, training)
    }
    remark = (
        f"{counted(len(parts[testing]), noun)} in the folder {testing} test the model; the quantizers are calibrated "
        f"with some of the {len(parts[training]):,} in {training}."
    )
    return parts[testing], parts[training], [remark]


def _named(placed: _Placed) -> tuple[tuple[Entry, str], ...]:
    return tuple((entry, place[0] if place else "") for entry, place in placed)


def _ordered(order: Entry, classes: Sequence[str]) -> tuple[str, ...]:
    """Classes in the order of a file.

    Raises:
        FileRefused: it does not name a class.
    """
    name, names = order.path.name, order_of(order)
    missing = [one for one in classes if one not in names]
    if missing:
        raise FileRefused(
            f"{name} names {few(names)}, but not the folder {quoted(missing[0])}: give both the same name.",
            place=name,
            field=missing[0],
        )
    return names
