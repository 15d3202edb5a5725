"""Running a made file once, before it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from odviz.domain.errors import OdvizError
from odviz.domain.model import Layout
from odviz.runtimes import runtime_for
from odviz.tasks.base import Examples


def failure(path: Path, format: str, layout: Layout, items: Examples) -> str:
    """Why a file does not run here; empty if it does, or if no runtime of its format is installed.

    Args:
        path: of the main file.
        format: name of its format.
        layout: of its input.
        items: the first one is its input; zeros if there is none.
    """
    inputs = items.inputs
    item = inputs[0] if len(inputs) else np.zeros(inputs.shape[1:], inputs.dtype)
    runtime = runtime_for(format)
    if runtime is None:
        return ""
    try:
        runtime.load(path, layout, 1).predict(item)
    except OdvizError as error:
        return str(error)
    except Exception as error:  # the kernels of runtimes raise errors of their own
        return f"{runtime.title} loads {path.name}, and cannot run it: {error}"
    return ""
