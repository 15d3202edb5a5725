"""The pages, and the menu that leads to them."""

from __future__ import annotations

from typing import Literal

import streamlit as st

_NAMED = "_pages_are_named"

PAGES = {
    "explore": "Explore",
    "new_benchmark": "New benchmark",
    "devices": "Devices",
    "benchmarks": "Benchmarks",
    "machine": "This machine",
}
"""Title of each file in pages/, in the order of the menu; the first one is where a visit begins."""


def run() -> None:
    """Name the pages and draw the one that is asked for."""
    st.session_state[_NAMED] = True
    _navigation("top").run()


def insist() -> None:
    """Have app.py run, where a page was run without it.

    Streamlit takes a folder named pages/ for an older kind of app until `st.navigation` was called once in the life of
    its server: who opens a page other than the first by its address would find it alone, without a menu.
    """
    if not st.session_state.get(_NAMED):
        _navigation("hidden")
        st.rerun()


def _navigation(position: Literal["top", "hidden"]) -> st.Page:
    first = next(iter(PAGES))
    pages = [st.Page(f"pages/{name}.py", title=title, default=name == first) for name, title in PAGES.items()]
    return st.navigation(pages, position=position)
