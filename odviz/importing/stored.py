"""The data of a task of the user's own as items that can be understood again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from odviz.arrays import Array
from odviz.domain.own_task import OwnTask
from odviz.importing.raw_data import RawData
from odviz.library import datasets
from odviz.metrics import METRICS
from odviz.metrics.base import Targets
from odviz.tasks._own import stored_columns, stored_name


def stored_data(name: str, record: OwnTask) -> RawData:
    """Items of a task with their targets; the calibration items stay apart.

    Args:
        name: of the task.
        record: of the task.

    Raises:
        FileRefused: the data set cannot be read.
    """
    calibration = _items(datasets.arrays(name, "calibration"), record)
    return replace(_items(datasets.arrays(name, "test"), record), calibration=calibration)


def _items(arrays: Mapping[str, Array], record: OwnTask) -> RawData:
    targets: Array | None = arrays["y"]
    groups, classes = arrays["group"], record.classes
    if METRICS[record.metric].targets is Targets.OUTPUTS:
        targets = None  # they are the outputs of the network
    elif classes == tuple(map(str, range(len(classes)))):
        classes = ()  # they are numbers, or there are none
    else:
        targets = np.array(classes)[targets]
    others = {one.name: arrays[stored_name(place)] for place, one in enumerate(record.further, start=1)}
    grouped = groups if (groups != "").any() else None
    return RawData(arrays["x"], targets, grouped, "", others, classes, columns=stored_columns(arrays))
