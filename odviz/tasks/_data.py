"""Reads a task's shipped data; every file is checked against its recorded sha256 first."""

from __future__ import annotations

import io
import json
import zipfile
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import IntegrityError
from odviz.shipped.integrity import checked
from odviz.shipped.paths import data_dir


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
