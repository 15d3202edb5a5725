"""Runs linear models with NumPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.runtimes.base import Availability

_SNIPPET = """\
import numpy

weights = numpy.load("@file".replace(".json", ".npy"))
item = @item
scores = item @@ weights[:, :-1].T + weights[:, -1]
"""


class LinearSession:
    def __init__(self, weights: Array) -> None:
        self._weights = weights

    def predict(self, item: Array) -> tuple[Array, ...]:
        if item.shape != (self._weights.shape[1] - 1,):
            raise FileRefused(f"The model takes 1 × {self._weights.shape[1] - 1}, not 1 × {len(item)}.")
        return (self._weights[:, :-1] @ item + self._weights[:, -1],)

    def prepare(self, item: Array) -> Callable[[], object]:
        return partial(self.predict, item)


class NumpyLinear:
    """The plug-in."""

    name = "numpy-linear"
    title = "NumPy"
    formats = ("linear",)
    backend = "cpu"
    snippet = _SNIPPET
    plain = profiled = None

    def available(self) -> Availability:
        return Availability(version="1")

    def load(self, path: Path, layout: Layout, threads: int) -> LinearSession:
        try:
            return LinearSession(np.load(path.with_suffix(".npy"), allow_pickle=False))
        except (OSError, ValueError) as error:
            raise FileRefused(f"{path.name} cannot be loaded: {error}.") from error


plugin = NumpyLinear()
