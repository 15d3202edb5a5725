"""Items that a variant predicts otherwise than its uncompressed network, or than another one, both ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.harm import PredictedPoint, right_predictions
from odviz.arrays import Array
from odviz.domain.flips import Flip, FlipKind, Flips
from odviz.domain.target import OperatingPoint, parent_of
from odviz.metrics._classes import NO_CLASS, decided_classes
from odviz.metrics.base import Outputs, Targets
from odviz.metrics.confidence import class_probabilities
from odviz.units import digits

Items = NDArray[np.intp]

_FEW_NUMBERS = 3
"""Numbers of an output that are written out."""


def flips(data: BenchmarkData, point: OperatingPoint, classes: tuple[str, ...] = ()) -> tuple[Flips, ...]:
    """Items whose prediction changed: right to wrong and wrong to right, where the metric calls predictions right.

    For any other metric: the items on which the two do not agree, as the metric defines that.

    Args:
        data: of the benchmark.
        point: a compressed variant; it and its network were predicted.
        classes: names of the classes.
    """
    return flips_between(PredictedPoint(data, parent_of(point)), PredictedPoint(data, point), classes)


def flips_between(base: PredictedPoint, new: PredictedPoint, classes: tuple[str, ...] = ()) -> tuple[Flips, ...]:
    """The same for two points that were predicted on the same items; see `harm.on_same_items`.

    Args:
        base: what was before.
        new: what is now.
        classes: names of the classes.
    """
    right = right_predictions(new.data)
    right_before = right if base.data is new.data else right_predictions(base.data)
    describe = _described(base, new, classes)
    metric = new.data.metric
    if new.point in right and base.point in right_before and metric.targets is not Targets.OUTPUTS:
        own, before = right[new.point], right_before[base.point]
        return (
            Flips(FlipKind.LOST, describe(np.flatnonzero(before & ~own))),
            Flips(FlipKind.GAINED, describe(np.flatnonzero(own & ~before))),
        )
    outputs, outputs_before = (one.data.predictions[one.point].outputs for one in (new, base))
    if outputs is None or outputs_before is None:
        return ()
    return (Flips(FlipKind.OTHER, describe(np.flatnonzero(~metric.agreement(outputs, outputs_before)))),)


def _described(
    base: PredictedPoint, new: PredictedPoint, classes: tuple[str, ...]
) -> Callable[[Items], tuple[Flip, ...]]:
    """A function that describes items."""
    data, point = new.data, new.point
    stored, parent_stored = data.predictions[point].outputs, base.data.predictions[base.point].outputs
    targets = data.items.targets
    if stored is None or parent_stored is None:
        return lambda items: tuple(Flip(int(item), _target(targets, int(item), classes), "", "") for item in items)
    if data.metric.targets is Targets.OUTPUTS:  # they are what the network predicted before
        targets = np.empty(0)
    if data.metric.targets is Targets.CLASSES or data.predictions[point].scores.dtype == bool:
        return _described_classes(stored, parent_stored, targets, classes)
    return lambda items: tuple(
        Flip(int(item), _target(targets, int(item), ()), _written(parent_stored, item), _written(stored, item))
        for item in items
    )


def _described_classes(
    outputs: Outputs, parent_outputs: Outputs, targets: Array, classes: tuple[str, ...]
) -> Callable[[Items], tuple[Flip, ...]]:
    now, before = decided_classes(outputs, parent_outputs)
    probabilities = class_probabilities(outputs)
    sureness = np.nan_to_num(np.take_along_axis(probabilities, np.maximum(now, 0)[:, np.newaxis], axis=1)[:, 0])

    def describe(items: Items) -> tuple[Flip, ...]:
        ordered = items[np.argsort(-sureness[items], kind="stable")]
        return tuple(
            Flip(
                int(item),
                _target(targets, int(item), classes),
                _name(int(before[item]), classes),
                _name(int(now[item]), classes),
                float(sureness[item]),
            )
            for item in ordered
        )

    return describe


def _target(targets: Array, item: int, classes: tuple[str, ...]) -> str:
    if not len(targets):
        return ""
    return _name(int(targets[item]), classes) if classes and targets.ndim == 1 else _written((targets,), item)


def _name(number: int, classes: tuple[str, ...]) -> str:
    if number == NO_CLASS:
        return "none"
    return classes[number] if number < len(classes) else str(number)


def _written(outputs: Outputs, item: int) -> str:
    """The numbers of the first output, if they are few."""
    numbers = np.ravel(outputs[0][item])
    return ", ".join(digits(float(number)) for number in numbers) if numbers.size <= _FEW_NUMBERS else ""
