"""Submodules of packages that are imported at their first use: none of them is needed to run a model."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

SUBMODULES = frozenset(
    [f"numpy.{name}" for name in ("ctypeslib", "fft", "ma", "polynomial", "random")]  # lazy in numpy 2 by itself
    + [f"openvino.{name}" for name in ("frontend", "op", "preprocess", "properties")]
    + [f"openvino.opset{number}" for number in range(1, 33)]
    + ["scipy.special"]  # of intervals, which workers seldom compute
)
"""Names of the submodules; one that does not exist does no harm."""


class _LazyFinder:
    """Finds these submodules only, and postpones their execution."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """See importlib.abc.MetaPathFinder."""
        if name not in SUBMODULES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


def postpone_submodules() -> None:
    """Import the submodules of this process lazily from now on."""
    sys.meta_path.insert(0, _LazyFinder)
