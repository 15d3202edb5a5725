"""What a program needs to run as a worker of this odviz: environment variables, and its bytecode."""

from __future__ import annotations

import compileall
import os
import sys
from functools import cache
from pathlib import Path

import odviz

_POOLS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Environment in which a program imports this odviz, whether it is installed or not."""
    root = str(Path(odviz.__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join((root, inherited) if inherited else (root,))}


def worker_environment(threads: int) -> dict[str, str]:
    """Environment of a worker.

    Args:
        threads: size of every thread pool that reads its size from the environment.
    """
    own = {**environment(), **dict.fromkeys(_POOLS, str(threads))}
    own.pop("ODVIZ_DATABASE", None)  # its URL may contain a password, and a model file may be hostile
    return own


@cache
def compile_once() -> None:
    """Write the bytecode of odviz: its children may not, and would compile it each time."""
    if not sys.dont_write_bytecode:
        compileall.compile_dir(Path(odviz.__file__).parent, quiet=2)
