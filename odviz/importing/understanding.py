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
from odviz.importing.arrangement import Arrangement, arrangements
from odviz.importing.interface import open_session
from odviz.importing.labels import class_indices
from odviz.importing.preparations import preparations
from odviz.importing.raw_data import RawData
from odviz.metrics import METRICS
from odviz.metrics.base import Metric, Targets
from odviz.runtimes.inputs import PortSession
from odviz.stats import finite_items, paired_difference, share
from odviz.tasks._own import prepared
from odviz.units import figure

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
    files: Mapping[str, Path],
    data: RawData,
    folder: Path,
    *,
    calibration: RawData | None = None,
    preparation: Preparation | None = None,
    metric: str = "",
) -> Understanding:
    """Find out how files of one network and data fit together, and write the data set.

    Args:
        files: of the network, by format.
        data: items; without labels or values, the outputs of the network itself are the targets.
        folder: where `test.npz` and `calibration.npz` are written.
        calibration: items for the quantizers; by default a part of the data, which is then not tested.
        preparation: of the items, if it is known; else it is found.
        metric: its name; by default the one that outputs and targets suggest.

    Raises:
        FileRefused: a file cannot be run, the data do not fit it, or the model does not do better than chance.
    """
    first = next(iter(files))
    probe = open_session(files[first], first, Layout.TOKENS)
    ways = arrangements(data.items.shape[1:], probe.inputs[0].shape[1:])
    output = _first_output(probe, ways[0], data.items)
    chosen = METRICS[metric or _usual_metric(output, data.targets)]
    targets, classes, remarks = _targets(chosen, data, output)
    usable = np.flatnonzero(_usable(data, targets))
    if not len(usable):
        raise FileRefused("No item can be used: each holds NaN or infinity, or has no label.")
    remarks = [*data.remarks, *remarks, *_unusable(data)]
    sample = np.random.default_rng(_SEED).permutation(usable)[:SAMPLE]
    integers = data.items.dtype.kind in "iub" and probe.inputs[0].dtype.kind in "iu" and not probe.inputs[0].scale
    dtype = "int32" if integers else "float32"
    tries = _tries(files[first], first, data.items, sample, targets, ways, dtype, preparation, chosen)
    best = _choose(tries, chosen)
    if targets is not None:
        _check(tries, best, targets, len(classes), chosen)
    items = best.arrangement.apply(data.items)
    if targets is None:
        session = open_session(files[first], first, best.arrangement.layout)
        targets = np.stack([session.predict(item)[0] for item in prepared(items, best.preparation, dtype)])
    own = None if calibration is None else best.arrangement.apply(calibration.items[finite_items(calibration.items)])
    test_items, calibration_items = _write(folder, items, targets, data.groups, usable, own)
    return Understanding(
        layouts={
            format: _layout(path, format, best.arrangement, items[:1], best.preparation, dtype)
            for format, path in files.items()
        },
        shape=items.shape[1:],
        dtype=dtype,
        preparation=best.preparation,
        metric=chosen.name,
        classes=classes,
        test_items=test_items,
        calibration_items=calibration_items,
        trials=_trials(tries, chosen),
        remarks=tuple(remarks),
    )


@dataclass(frozen=True, eq=False)
class _Try:
    """One way, with the outputs of the sample and their scores; no scores without targets."""

    arrangement: Arrangement
    preparation: Preparation
    sample: NDArray[np.intp]
    output: NDArray[Any]
    scores: NDArray[Any] | None

    def head(self, count: int) -> _Try:
        """The same of the first items of the sample."""
        scores = None if self.scores is None else self.scores[:count]
        return _Try(self.arrangement, self.preparation, self.sample[:count], self.output[:count], scores)


def _usual_metric(output: NDArray[Any], targets: NDArray[Any] | None) -> str:
    """Name of the metric for a first output of an item and targets."""
    if targets is None:
        return "agreement" if output.ndim <= 1 else "closeness"
    return "binary" if output.size == 1 else "top1"


def _targets(
    metric: Metric, data: RawData, output: NDArray[Any]
) -> tuple[NDArray[Any] | None, tuple[str, ...], list[str]]:
    """Targets as the metric takes them, None for the outputs of the network itself; names of classes; remarks.

    Raises:
        FileRefused: they do not fit the metric.
    """
    if metric.targets is Targets.OUTPUTS:
        return None, (), ["There are no labels: variants are compared with the uncompressed network."]
    if data.targets is None:
        raise FileRefused(f"The data hold no y, which {metric.noun} needs; `agreement` needs none.")
    if metric.targets is Targets.CLASSES:
        count = max(2, output.size)
        labels = class_indices(data.targets, count, data.classes)
        names = labels.classes + tuple(map(str, range(len(labels.classes), count)))
        return labels.indices, names, list(labels.remarks)
    if metric.targets is Targets.VALUES and data.targets.dtype.kind in "biuf":
        values = data.targets.astype(np.float64)
        return (values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values), (), []
    raise FileRefused(f"{metric.title} cannot be computed from a y of type {data.targets.dtype}.")


def _first_output(session: PortSession, way: Arrangement, items: NDArray[Any]) -> NDArray[Any]:
    """The first output for the first item.

    Raises:
        FileRefused: it holds class indices, and another output the scores; names that one.
    """
    item = way.apply(items[:1])[0].astype(np.float32 if session.inputs[0].dtype.kind == "f" else items.dtype)
    if way.layout is Layout.CHANNELS_FIRST:
        item = np.moveaxis(item, -1, 0)
    outputs = session.predict(item)
    if outputs[0].dtype.kind != "f":
        rows = [
            port.name
            for port, output in zip(session.outputs, outputs, strict=True)
            if output.ndim == 1 and len(output) > 1 and output.dtype.kind == "f"
        ]
        remedy = f"its output {rows[0]!r} does: export the model with that one first" if rows else "none does"
        raise FileRefused(f"The model's first output {session.outputs[0].name!r} holds no scores; {remedy}.")
    return outputs[0]


def _tries(
    path: Path,
    format: str,
    items: NDArray[Any],
    sample: NDArray[np.intp],
    targets: NDArray[Any] | None,
    ways: tuple[Arrangement, ...],
    dtype: str,
    preparation: Preparation | None,
    metric: Metric,
) -> list[_Try]:
    """Try every way on the sample; on fewer items if the model is slow."""
    tries: list[_Try] = []
    count = len(sample)
    for way in ways:
        arranged = way.apply(items[sample])
        channels = arranged.shape[-1] if arranged.ndim == 4 else 1
        known = (preparation,) if preparation else preparations(float(items.min()), float(items.max()), channels)
        options = known if dtype == "float32" and count >= ENOUGH and targets is not None else known[:1]
        session = open_session(path, format, way.layout)
        for option in options:
            start = time.monotonic()
            inputs = prepared(arranged[:count], option, dtype)
            output = np.stack([session.predict(item)[0] for item in inputs])
            scores = None if targets is None else _scores(metric, output, targets[sample[:count]])
            tries.append(_Try(way, option, sample[:count], output, scores))
            spent = (time.monotonic() - start) * len(options) * len(ways)
            if spent > TRIAL_S and count > ENOUGH:
                count = max(ENOUGH, int(count * TRIAL_S / spent))
        if targets is None:
            break
    shortest = min(len(one.sample) for one in tries)
    return [one.head(shortest) for one in tries]


def _scores(metric: Metric, output: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
    try:
        return metric.score((output,), targets)
    except ValueError as error:
        raise FileRefused(f"The model's outputs do not fit {metric.noun}: {error}.") from error


def _surely_better(metric: Metric, scores: NDArray[Any], others: NDArray[Any]) -> bool:
    difference = metric.difference(scores, others)
    return difference.low > 0 if metric.higher_is_better else difference.high < 0


def _choose(tries: list[_Try], metric: Metric) -> _Try:
    """The first way, unless another one is surely better; of the better ones the best."""
    first, sign = tries[0], 1 if metric.higher_is_better else -1
    if first.scores is None:
        return first
    scored = [(sign * metric.value(one.scores), index) for index, one in enumerate(tries) if one.scores is not None]
    best = tries[max(scored, key=lambda pair: (np.nan_to_num(pair[0], nan=-np.inf), -pair[1]))[1]]
    return best if best.scores is not None and _surely_better(metric, best.scores, first.scores) else first


def _trials(tries: list[_Try], metric: Metric) -> tuple[Trial, ...]:
    """What was tried, the best first; nothing without targets."""
    arranged = len({one.arrangement for one in tries}) > 1
    trials = []
    for one in tries:
        if one.scores is None:
            continue
        estimate = metric.interval(one.scores)
        title = f"{one.arrangement.title}; {one.preparation.label}" if arranged else one.preparation.label
        trials.append(Trial(title, one.preparation, estimate.centre, estimate.low, estimate.high, len(one.sample)))
    return tuple(sorted(trials, key=lambda trial: -trial.value if metric.higher_is_better else trial.value))


def _check(tries: list[_Try], best: _Try, targets: NDArray[Any], classes: int, metric: Metric) -> None:
    """Refuse labels in another order than the model's outputs, and a model at chance level.

    Raises:
        FileRefused: another order of the classes is surely better, or the best predictor that ignores its input is not
            surely worse.
    """
    own = targets[best.sample]
    if len(own) < ENOUGH or best.scores is None:
        return
    if metric.targets is Targets.CLASSES and best.output.ndim == 2 and best.output.shape[1] == classes:
        _check_order(tries, best, own, classes)
    chance = metric.chance_scores(own)
    if not _surely_better(metric, best.scores, chance):
        value, level = (figure(metric.value(scores), metric.unit) for scores in (best.scores, chance))
        raise FileRefused(
            f"The model is at chance level on these data, in every way that was tried ({metric.noun} {value} on "
            f"{len(own)} items, {level} by {metric.chance_title}): are they of its kind, and are the labels in the "
            "order of its outputs?"
        )


def _check_order(tries: list[_Try], best: _Try, labels: NDArray[np.int64], classes: int) -> None:
    """Refuse labels whose classes are in another order than the outputs.

    Raises:
        FileRefused: they are; says which label fits which output.
    """
    if len(labels) < _PER_CLASS * classes:
        return
    right = best.output.argmax(axis=1) == labels
    for one in tries:
        predicted = one.output.argmax(axis=1)
        order = _best_order(predicted, labels, classes)
        renamed = order[labels] == predicted
        if paired_difference(renamed, right).low > 0 and share(renamed).low > 0.5:
            moved = [label for label in range(classes) if order[label] != label]
            pairs = ", ".join(f"{label} → {order[label]}" for label in moved[:8])
            raise FileRefused(
                f"The predictions fit the labels in another order ({pairs}): then {renamed.mean():.0%} are right, as "
                f"given {right.mean():.0%}. Give the labels in the order of the model's outputs."
            )


def _best_order(predicted: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> NDArray[np.intp]:
    """The one-to-one renaming of the labels that makes most predictions right, shape (classes,)."""
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((classes, classes), int)
    np.add.at(table, (labels, predicted), 1)
    columns: NDArray[np.intp] = linear_sum_assignment(-table)[1]
    return columns


def _usable(data: RawData, targets: NDArray[Any] | None) -> NDArray[np.bool_]:
    """Which items are finite and have a target."""
    usable: NDArray[np.bool_] = finite_items(data.items)
    if targets is not None:
        usable &= targets >= 0 if targets.dtype.kind == "i" else finite_items(targets)
    return usable


def _unusable(data: RawData) -> list[str]:
    broken = int((~finite_items(data.items)).sum())
    return [f"{broken:,} of {len(data.items):,} items hold NaN or infinity and are left out."] if broken else []


def _layout(
    path: Path, format: str, arrangement: Arrangement, items: NDArray[Any], way: Preparation, dtype: str
) -> Layout:
    """Layout of one of the files; the two formats of one network often differ in it."""
    layouts = (arrangement.layout, Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST)
    item = prepared(items, way, dtype)[0]
    for layout in dict.fromkeys(layouts):
        try:
            open_session(path, format, layout).predict(item)
        except FileRefused as error:
            refusal = error
        else:
            return layout
    raise refusal


def _write(
    folder: Path,
    items: NDArray[Any],
    targets: NDArray[Any],
    groups: NDArray[np.str_] | None,
    usable: NDArray[np.intp],
    own: NDArray[Any] | None,
) -> tuple[int, int]:
    """Write both splits, no item in both: how many test and how many calibrate.

    Args:
        folder: where to.
        items: shape (N, …).
        targets: shape (N, …).
        groups: shape (N,); None for no groups.
        usable: which items.
        own: calibration items; None to take a part of the items.
    """
    order = np.random.default_rng(_SEED).permutation(usable)
    count = min(CALIBRATION_ITEMS, int(CALIBRATION_SHARE * len(order))) if own is None else 0
    calibration, test = np.sort(order[:count]), np.sort(order[count:])
    own_groups = groups if groups is not None else np.full(len(items), "")
    for name, rows in (("test", test), ("calibration", calibration)):
        np.savez_compressed(folder / f"{name}.npz", x=items[rows], y=targets[rows], group=own_groups[rows])
    if own is None:
        return len(test), count
    blank = np.zeros((len(own), *targets.shape[1:]), targets.dtype)
    np.savez_compressed(folder / "calibration.npz", x=own, y=blank, group=np.full(len(own), ""))
    return len(test), len(own)
