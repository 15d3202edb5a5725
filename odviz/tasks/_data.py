"""A task whose data is shipped: read from `data/<task>/`, every file checked against its recorded sha256 first."""

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


class ShippedTask:
    """What tasks on shipped data share; a task adds its words and `prepare`."""

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
        """Inputs as the models take them, from the arrays as they are stored."""
        raise NotImplementedError

    def _examples(self, split: str) -> Examples:
        stored = arrays(self.name, split)
        return Examples(self.prepare(stored), stored["y"].astype(np.int64), stored["group"])


@lru_cache(maxsize=8)
def arrays(task: str, split: str) -> dict[str, NDArray[Any]]:
    """The arrays of `data/<task>/<split>.npz`: x, y, group, and what else the task keeps there.

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
    """The content of `data/<task>/labels.json`.

    Raises:
        IntegrityError: missing or changed.
    """
    content: dict[str, Any] = json.loads(checked(data_dir(), f"{task}/labels.json").read_text("utf-8"))
    return content
