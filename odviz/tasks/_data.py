"""The base class of tasks whose data set lies in the library under the task's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.library import datasets
from odviz.tasks.base import Examples


class DatasetTask:
    """Base class of tasks on a data set of the library; a task adds its texts and `prepare`."""

    name: str
    groups = ""

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return tuple(datasets.labels(self.name)["classes"])

    def test(self) -> Examples:
        """See base.Task."""
        return self._examples("test")

    def calibration(self) -> Examples:
        """See base.Task."""
        return self._examples("calibration")

    def prepare(self, stored: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Convert the stored arrays to inputs as the models take them."""
        raise NotImplementedError

    def _examples(self, split: str) -> Examples:
        stored = datasets.arrays(self.name, split)
        return Examples(self.prepare(stored), stored["y"].astype(np.int64), stored["group"])
