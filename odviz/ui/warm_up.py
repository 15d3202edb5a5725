"""Loads what the first visit needs, while the browser still loads Streamlit's own files."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

_MODULES = ("odviz.ui.views.explore", "pandas", "scipy.optimize")
"""The default page, and what it imports inside functions."""


def start() -> None:
    """Begin to load it in a thread of its own; whoever imports the same meanwhile waits for it."""
    Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    for name in _MODULES:
        import_module(name)
    import_module("odviz.library.published").read_published()
