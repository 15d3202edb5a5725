"""Reads the data of built-in tasks from `data/<task>/`; the recorded sha256 of every file is checked first."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import IntegrityError
from odviz.library.integrity import checked
from odviz.library.paths import data_dir
from odviz.tasks.base import Examples


class BuiltInTask:
    """Base class of the built-in tasks; a task adds its texts and `prepare`."""

    name: str
    groups = ""

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return tuple(labels(self.name)["classes"])

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
        stored = arrays(self.name, split)
        return Examples(self.prepare(stored), stored["y"].astype(np.int64), stored["group"])


@lru_cache(maxsize=8)
def arrays(task: str, split: str) -> dict[str, NDArray[Any]]:
    """Read the arrays of `data/<task>/<split>.npz`: x, y, group, and further ones of some tasks.

    Raises:
        IntegrityError: missing, changed, or not an archive of plain arrays.
    """
    relative = f"{task}/{split}.npz"
    content = checked(data_dir(), relative).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (ValueError, zipfile.BadZipFile) as error:
        raise IntegrityError(f"data/{relative} is not an archive of plain arrays: {error}.") from error


@lru_cache(maxsize=8)
def labels(task: str) -> dict[str, Any]:
    """Read `data/<task>/labels.json`: the classes, and constants of the preprocessing.

    Raises:
        IntegrityError: missing or changed.
    """
    content: dict[str, Any] = json.loads(checked(data_dir(), f"{task}/labels.json").read_text("utf-8"))
    return content
