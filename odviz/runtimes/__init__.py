"""Runtimes that run model files. One file each; see base.Runtime."""

from odviz.registry import Registry
from odviz.runtimes.base import Runtime

RUNTIMES: Registry[Runtime] = Registry("runtime", __name__)


def runtime_for(format: str) -> Runtime | None:
    """The first runtime here that predicts and prefers files of a format; None if there is none.

    Args:
        format: its name.
    """
    usable = (runtime for runtime in RUNTIMES if runtime.formats[0] == format and runtime.snippet)
    return next((runtime for runtime in usable if runtime.available()), None)
