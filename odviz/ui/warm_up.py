"""Loads what the first change of device needs, after the first page has been drawn."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Thread

from odviz.library.published import read_published


@cache
def start() -> None:
    """Begin to load it in a thread of its own, once in a server's life; whoever needs it meanwhile waits for it."""
    Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    # Not pandas: Plotly and Streamlit use it as soon as it is in `sys.modules`, be it half imported.
    import_module("scipy.optimize")
    read_published()
