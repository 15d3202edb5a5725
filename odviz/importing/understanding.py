"""Finding out how a model file and data fit together: arrangement, preparation and labels, by trying."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import Preparation, Trial, Understanding
from odviz.formats import FORMATS
from odviz.importing.arrangement import Arrangement, arrangements
from odviz.importing.labels import class_indices
from odviz.importing.npz import RawData
from odviz.importing.preparations import preparations
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.runtimes.inputs import PortSession
from odviz.stats import paired_difference, share
from odviz.tasks._own import prepared

ENOUGH = 50
"""Fewest labelled items by which ways are compared."""

SAMPLE = 200
"""Most items that each way is tried on."""

TRIAL_S = 20.0
"""Time for all trials together; fewer items are used if a model is slow."""

CALIBRATION_SHARE, CALIBRATION_ITEMS = 0.2, 200
"""Part of the items, and most of them, that calibrate quantizers and are left out of the test."""

_PER_CLASS = 10
"""Fewest items a class, on average, by which another order of the classes can be told from chance."""

_SEED = 0


def understand(
    files: Mapping[str, Path], data: RawData, folder: Path, preparation: Preparation | None = None
) -> Understanding:
    """Find out how files of one network and data fit together, and write the data set.

    Args:
        files: of the network, by format.
        data: labelled items.
        folder: where `test.npz` and `calibration.npz` are written.
        preparation: of the items, if it is known; else it is found.

    Raises:
        FileRefused: a file cannot be run, the data do not fit it, or the model does not do better than chance.
    """
    if data.targets is None:
        raise FileRefused("The data hold no labels; store one class index an item as y.")
    first = next(iter(files))
    probe = _session(files[first], first, Layout.TOKENS)
    taken = probe.input.shape[1:]
    ways = arrangements(data.items.shape[1:], taken)
    classes = _classes(probe, ways[0], data.items)
    labels = class_indices(data.targets, classes)
    usable = np.flatnonzero((labels.indices >= 0) & np.isfinite(data.items).reshape(len(data.items), -1).all(axis=1))
    remarks = [*labels.remarks, *_unusable(data)]
    sample = np.random.default_rng(_SEED).permutation(usable)[:SAMPLE]
    dtype = (
        "int32"
        if data.items.dtype.kind in "iub" and probe.input.dtype.kind in "iu" and not probe.input.scale
        else "float32"
    )
    tries = _tries(files[first], first, data.items, sample, labels.indices, ways, dtype, preparation)
    best = _choose(tries)
    arrangement, way = best.arrangement, best.preparation
    _check(tries, best, labels.indices, classes)
    items = arrangement.apply(data.items)
    split = _write(folder, items, labels.indices, data.groups, usable)
    trials = tuple(sorted((_trial(one, len(ways) > 1) for one in tries), key=lambda trial: -trial.value))
    return Understanding(
        layouts={format: _layout(path, format, arrangement, items[:1], way, dtype) for format, path in files.items()},
        shape=items.shape[1:],
        dtype=dtype,
        preparation=way,
        metric="top1",
        classes=labels.classes or tuple(map(str, range(classes))),
        test_items=len(split[0]),
        calibration_items=len(split[1]),
        trials=trials,
        remarks=tuple(remarks),
    )


@dataclass(frozen=True, eq=False)
class _Try:
    """One way, and which items of the sample were right."""

    arrangement: Arrangement
    preparation: Preparation
    sample: NDArray[np.intp]
    predicted: NDArray[np.int64]
    right: NDArray[np.bool_]


def _session(path: Path, format: str, layout: Layout) -> PortSession:
    """A file loaded by the first runtime that reads it, after it was inspected.

    Raises:
        FileRefused: it cannot be inspected or loaded.
    """
    FORMATS[format].validate(path)
    for runtime in RUNTIMES:
        if runtime.formats[0] == format and runtime.snippet and runtime.available():
            session = runtime.load(path, layout, 1)
            if isinstance(session, PortSession):
                return session
    raise FileRefused(f"No runtime is installed here that reads {FORMATS[format].title} files.")


def _classes(session: PortSession, way: Arrangement, items: NDArray[Any]) -> int:
    """Number of scores that a model gives.

    Raises:
        FileRefused: its first output is no row of scores; names one that is.
    """
    item = way.apply(items[:1])[0].astype(np.float32 if session.input.dtype.kind == "f" else items.dtype)
    if way.layout is Layout.CHANNELS_FIRST:
        item = np.moveaxis(item, -1, 0)
    outputs = session.predict(item)
    if outputs[0].ndim == 1 and len(outputs[0]) > 1 and outputs[0].dtype.kind == "f":
        return len(outputs[0])
    rows = [
        port.name
        for port, output in zip(session.outputs, outputs, strict=True)
        if output.ndim == 1 and len(output) > 1 and output.dtype.kind == "f"
    ]
    name, shape = session.outputs[0].name, " × ".join(map(str, outputs[0].shape)) or "a single number"
    remedy = f"its output {rows[0]!r} is: export the model with that one first" if rows else "none of its outputs is"
    raise FileRefused(f"The model's first output {name!r} is {shape} an item, no row of class scores; {remedy}.")


def _tries(
    path: Path,
    format: str,
    items: NDArray[Any],
    sample: NDArray[np.intp],
    labels: NDArray[np.int64],
    ways: tuple[Arrangement, ...],
    dtype: str,
    preparation: Preparation | None,
) -> list[_Try]:
    """Try every way on the sample; on fewer items if the model is slow."""
    tries: list[_Try] = []
    count = len(sample)
    for way in ways:
        arranged = way.apply(items[sample])
        channels = arranged.shape[-1] if arranged.ndim == 4 else 1
        known = (preparation,) if preparation else preparations(float(items.min()), float(items.max()), channels)
        options = known if dtype == "float32" and count >= ENOUGH else known[:1]
        session = _session(path, format, way.layout)
        for option in options:
            start = time.monotonic()
            inputs = prepared(arranged[:count], option, dtype)
            predicted = np.array([int(np.argmax(session.predict(item)[0])) for item in inputs])
            tries.append(_Try(way, option, sample[:count], predicted, predicted == labels[sample[:count]]))
            spent = (time.monotonic() - start) * len(options) * len(ways)
            if spent > TRIAL_S and count > ENOUGH:
                count = max(ENOUGH, int(count * TRIAL_S / spent))
    shortest = min(len(one.right) for one in tries)
    return [
        _Try(one.arrangement, one.preparation, one.sample[:shortest], one.predicted[:shortest], one.right[:shortest])
        for one in tries
    ]


def _choose(tries: list[_Try]) -> _Try:
    """The first way, unless another one is surely better; of the better ones the best."""
    best = max(tries, key=lambda one: one.right.mean())
    surely = paired_difference(best.right, tries[0].right).low > 0
    return best if surely else tries[0]


def _trial(one: _Try, arranged: bool) -> Trial:
    estimate = share(one.right)
    title = f"{one.arrangement.title}; {one.preparation.label}" if arranged else one.preparation.label
    return Trial(title, one.preparation, estimate.centre, estimate.low, estimate.high, len(one.right))


def _check(tries: list[_Try], best: _Try, labels: NDArray[np.int64], classes: int) -> None:
    """Refuse labels in another order than the model's outputs, and a model at chance level.

    Raises:
        FileRefused: another order of the classes is surely better, or always giving the most frequent class is not
            surely worse.
    """
    own = labels[best.sample]
    if len(own) < ENOUGH:
        return
    chance = METRICS["top1"].chance_scores(own)
    value = (
        f"{best.right.mean():.0%} of {len(own)} items right, {chance.mean():.0%} by always giving the commonest class"
    )
    if len(own) >= _PER_CLASS * classes:
        for one in tries:
            order = _best_order(one.predicted, own, classes)
            renamed = order[own] == one.predicted
            if paired_difference(renamed, best.right).low > 0 and share(renamed).low > max(0.5, chance.mean()):
                pairs = ", ".join(
                    f"{label} → {order[label]}" for label in range(min(classes, 8)) if order[label] != label
                )
                raise FileRefused(
                    f"The predictions fit the labels in another order ({pairs}): then {renamed.mean():.0%} are right, "
                    f"as given {best.right.mean():.0%}. Give the labels in the order of the model's outputs."
                )
    if paired_difference(best.right, chance).low <= 0:
        raise FileRefused(
            f"The model is at chance level on these data, in every way that was tried ({value}): are they of its kind, "
            "and are the labels in the order of its outputs?"
        )


def _best_order(predicted: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> NDArray[np.intp]:
    """The one-to-one renaming of the labels that makes most predictions right, shape (classes,)."""
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((classes, classes), int)
    np.add.at(table, (labels, predicted), 1)
    columns: NDArray[np.intp] = linear_sum_assignment(-table)[1]
    return columns


def _unusable(data: RawData) -> list[str]:
    finite = np.isfinite(data.items).reshape(len(data.items), -1).all(axis=1)
    broken = int((~finite).sum())
    return [f"{broken:,} of {len(finite):,} items hold NaN or infinity and are left out."] if broken else []


def _layout(
    path: Path, format: str, arrangement: Arrangement, items: NDArray[Any], way: Preparation, dtype: str
) -> Layout:
    """Layout of one of the files; the two formats of one network often differ in it."""
    layouts = [arrangement.layout, *(layout for layout in (Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST))]
    item = prepared(items, way, dtype)[0]
    for layout in dict.fromkeys(layouts):
        try:
            _session(path, format, layout).predict(item)
        except FileRefused as error:
            refusal = error
        else:
            return layout
    raise refusal


def _write(
    folder: Path,
    items: NDArray[Any],
    labels: NDArray[np.int64],
    groups: NDArray[np.str_] | None,
    usable: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Write both splits; no item is in both."""
    order = np.random.default_rng(_SEED).permutation(usable)
    count = min(CALIBRATION_ITEMS, int(CALIBRATION_SHARE * len(order)))
    calibration, test = np.sort(order[:count]), np.sort(order[count:])
    own_groups = groups if groups is not None else np.full(len(items), "")
    for name, rows in (("test", test), ("calibration", calibration)):
        np.savez_compressed(folder / f"{name}.npz", x=items[rows], y=labels[rows], group=own_groups[rows])
    return test, calibration
