"""A runtime that does nothing, to time the harness itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.runtimes.base import Availability

_OUTPUTS = (np.zeros(1, np.float32),)


class NullSession:
    """Predicts one zero for every item."""

    def predict(self, item: Array) -> tuple[Array, ...]:  # noqa: ARG002 - the Protocol's
        """See base.Session."""
        return _OUTPUTS

    def prepare(self, item: Array) -> Callable[[], object]:  # noqa: ARG002 - the Protocol's
        """See base.Session; the cheapest call Python has."""
        return bool


class Null:
    """The plug-in."""

    name = "null"
    title = "Nothing (times the harness)"
    formats = FORMATS.names()
    backend = "none"
    snippet = ""
    plain = profiled = None

    def available(self) -> Availability:
        """See base.Runtime."""
        return Availability(version="1")

    def load(self, path: Path, layout: Layout, threads: int) -> NullSession:  # noqa: ARG002 - the Protocol's
        """See base.Runtime; the file is not read."""
        if not path.is_file():
            raise FileRefused(f"There is no file {path}.")
        return NullSession()


plugin = Null()
