"""Outputs that may be the scores of a network, and how each would be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.own_task import Choices
from odviz.importing.feeding import describe
from odviz.importing.labels import class_indices
from odviz.importing.raw_data import RawData
from odviz.metrics import METRICS
from odviz.metrics.base import Metric, Targets
from odviz.runtimes.inputs import Port
from odviz.tasks.base import Task


@dataclass(frozen=True, eq=False)
class Head:
    """One output, taken for the scores.

    Attributes:
        output: its place in the file.
        name: in the file.
        metric: that judges it.
        targets: as the metric takes them, shape (N, …); None for the outputs of the network itself.
        classes: their names; empty without classes.
        remarks: what was changed of the labels, a sentence each.
        order_assumed: whether nobody has said in which order the outputs have the classes.
    """

    output: int
    name: str
    metric: Metric
    targets: Array | None
    classes: tuple[str, ...]
    remarks: tuple[str, ...]
    order_assumed: bool = False


def heads_of(ports: Sequence[Port], outputs: Sequence[Array], data: RawData, choices: Choices) -> tuple[Head, ...]:
    """Every output that may be the scores, in the file's order; without labels the likeliest alone.

    Args:
        ports: the file's outputs.
        outputs: their values for one item.
        data: whose labels or values are to be predicted.
        choices: of metric, output and names of classes.

    Raises:
        FileRefused: none may be, or there is no output of the chosen name.
    """
    places = _places(ports, choices)
    numbers = [place for place in places if outputs[place].dtype.kind == "f" or outputs[place].size > 1]
    if not numbers:
        taken = describe(ports[place] for place in places)
        raise FileRefused(f"These outputs of the model hold no scores: {taken}.")
    if data.targets is None:
        numbers = sorted(numbers, key=lambda place: not _is_row(outputs[place]))[:1]
    usable, refusals = [], []
    for place in numbers:
        metric = METRICS[choices.metric or _usual_metric(outputs[place], data.targets)]
        try:
            targets, classes, remarks = _targets(metric, data, outputs[place], choices.classes)
        except FileRefused as error:
            refusals.append(error)
        else:
            assumed = (
                data.targets is not None and data.targets.dtype.kind in "US" and not (choices.classes or data.ordered)
            )
            usable.append(Head(place, ports[place].name, metric, targets, classes, remarks, assumed))
    if not usable:
        raise refusals[0]
    return tuple(usable)


def heads_for(
    task: Task, targets: Array, ports: Sequence[Port], outputs: Sequence[Array], choices: Choices
) -> tuple[Head, ...]:
    """As `heads_of`, for the targets of a task that exists."""
    metric, classes = METRICS[task.metric], task.classes()
    places = _places(ports, choices)
    if classes:
        places = [place for place in places if outputs[place].size == len(classes) or outputs[place].size == 1]
    if not places:
        raise FileRefused(f"No output of the model gives {len(classes)} scores, one for each class of {task.name}.")
    return tuple(Head(place, ports[place].name, metric, targets, classes, ()) for place in places)


def _places(ports: Sequence[Port], choices: Choices) -> list[int]:
    """Places of the outputs that were not ruled out by name.

    Raises:
        FileRefused: there is no output of the chosen name.
    """
    places = [place for place, port in enumerate(ports) if choices.output in ("", port.name)]
    if not places:
        raise FileRefused(f"The model has no output {choices.output!r}; its outputs: {describe(ports)}.")
    return places


def _is_row(output: Array) -> bool:
    """Whether an output is a row of scores."""
    return output.dtype.kind == "f" and output.size > 1 and output.ndim == 1


def _usual_metric(output: Array, targets: Array | None) -> str:
    """Name of the metric for an output of an item and targets."""
    if targets is None:
        return "agreement" if output.size == 1 or _is_row(output) else "closeness"
    return "binary" if output.size == 1 else "top1"


def _targets(
    metric: Metric, data: RawData, output: Array, names: tuple[str, ...]
) -> tuple[Array | None, tuple[str, ...], tuple[str, ...]]:
    """Targets as the metric takes them, names of classes, and remarks.

    Raises:
        FileRefused: the data's targets, or the output, do not fit the metric.
    """
    if metric.targets is Targets.OUTPUTS:
        remark = "There are no labels: variants are compared with the uncompressed network."
        return None, (), (remark,) if metric.decides else ()
    if data.targets is None:
        raise FileRefused(f"The data hold no y, which {metric.noun} needs; `agreement` needs none.")
    if metric.targets is Targets.CLASSES:
        labels = class_indices(data.targets, max(2, output.size), names or data.classes)
        return labels.indices, labels.classes, labels.remarks
    if metric.targets is Targets.VALUES and data.targets.dtype.kind in "biuf":
        values = data.targets.astype(np.float64)
        return (values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values), (), ()
    raise FileRefused(f"{metric.title} cannot be computed from a y of type {data.targets.dtype}.")
