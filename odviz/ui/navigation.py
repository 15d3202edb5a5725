"""The pages of the dashboard and their menu."""

from __future__ import annotations

from typing import Literal

import streamlit as st

_REGISTERED = "_pages_registered"
_SIDEBAR_PX = 272

PAGES = {
    "explore": "Explore",
    "new_benchmark": "New benchmark",
    "benchmarks": "Benchmarks",
    "devices": "Devices",
    "machine": "This machine",
}
"""Title of each file in pages/, in menu order; the first page is the default."""


def run() -> None:
    """Register the pages and draw the requested one."""
    st.session_state[_REGISTERED] = True
    # Before the menu: the browser takes the width of the sidebar when it first draws it.
    st.set_page_config(layout="wide", initial_sidebar_state=_SIDEBAR_PX)
    _navigation("sidebar").run()


def require_app() -> None:
    """Rerun through app.py when a page file was run on its own.

    Before `st.navigation` is called for the first time in a server's life, Streamlit treats pages/ as an app of the
    older kind and runs the file of the opened URL directly, without a menu.
    """
    if not st.session_state.get(_REGISTERED):
        _navigation("hidden")
        st.rerun()


def _navigation(position: Literal["sidebar", "hidden"]) -> st.Page:
    default = next(iter(PAGES))
    pages = [st.Page(f"pages/{name}.py", title=title, default=name == default) for name, title in PAGES.items()]
    return st.navigation(pages, position=position)
