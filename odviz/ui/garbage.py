"""Keeps Streamlit's garbage collection short: after every run of a page it looks at all objects of the process."""

from __future__ import annotations

import gc
import sys

_frozen = {"modules": 0}


def spare_modules() -> None:
    """Exempt all present objects from garbage collection, once for each set of imported modules.

    A collection then takes milliseconds instead of longer than the page. What is exempted is mostly code; modules are
    imported a few times in the life of a server, so that little else stays with it.
    """
    if _frozen["modules"] != len(sys.modules):
        _frozen["modules"] = len(sys.modules)
        gc.collect()
        gc.freeze()
