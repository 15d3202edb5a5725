"""Loads what pages need before somebody waits for it, in threads of their own; whoever needs it meanwhile waits."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Thread

from odviz.library.published import read_published
from odviz.ui import data


def start_server() -> None:
    """Begin to load what the first page needs, while the browser loads Streamlit's own files."""
    Thread(target=_first_page, name="warm-up", daemon=True).start()


@cache
def start() -> None:
    """Begin to load what the first change of device needs, once in a server's life, after the first page is drawn."""
    Thread(target=_change_of_device, name="warm-up", daemon=True).start()


def _first_page() -> None:
    import_module("odviz.ui.views.explore")
    data.devices()


def _change_of_device() -> None:
    # Not pandas: Plotly and Streamlit use it as soon as it is in `sys.modules`, be it half imported.
    import_module("scipy.optimize")
    read_published()
