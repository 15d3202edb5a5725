"""The pages of the dashboard and their menu."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from odviz.ui.class_server import is_pupil
from odviz.ui.garbage import spare_modules
from odviz.ui.yielding import yielding

_REGISTERED = "_pages_registered"
_SIDEBAR_PX = 272

PAGES = {
    "explore": "Explore",
    "new_benchmark": "New benchmark",
    "benchmarks": "Benchmarks",
    "compare": "Compare",
    "releases": "Releases",
    "models": "Models",
    "data": "Data",
    "devices": "Devices",
    "cost": "Cost",
    "monitor": "Monitor",
    "learn": "Learn",
    "this_machine": "This machine",
}
"""Title of each file in pages/, in menu order; the first page is the default. A file is called like its
page, because its name is the path in the address."""


PUPIL_PAGES = ("explore", "learn")
"""Pages that pupils of a class see."""


def run() -> None:
    """Register the pages and draw the requested one."""
    st.session_state[_REGISTERED] = True
    # Before the menu: the browser takes the width of the sidebar when it first draws it.
    st.set_page_config(layout="wide", initial_sidebar_state=_SIDEBAR_PX)
    try:
        with yielding():
            _navigation("sidebar").run()
    finally:
        spare_modules()


def require_app() -> None:
    """Rerun through app.py when a page file was run on its own.

    Before `st.navigation` is called for the first time in a server's life, Streamlit treats pages/ as an app of the
    older kind and runs the file of the opened URL directly, without a menu.
    """
    if not st.session_state.get(_REGISTERED):
        _navigation("hidden")
        st.rerun()


def require_right(name: str) -> None:
    """End the run of a page that pupils of a class do not see, where one asks for it.

    Args:
        name: of the page's file, without its suffix.
    """
    if is_pupil() and name not in PUPIL_PAGES:
        st.info("This page is the teacher's.", icon=":material/co_present:")
        st.stop()


def _navigation(position: Literal["sidebar", "hidden"]) -> st.Page:
    default, *others = PAGES
    pages = [
        # Its path is always "/"; Streamlit wants another one all the same, which no other page has.
        st.Page(f"pages/{default}.py", title=PAGES[default], default=True, url_path="start"),
        *(st.Page(f"pages/{name}.py", title=PAGES[name], visibility=_visibility(name)) for name in others),
        st.Page(_open_default, title=PAGES[default], url_path=default, visibility="hidden"),
    ]
    return st.navigation(pages, position=position)


def _visibility(name: str) -> Literal["visible", "hidden"]:
    return "hidden" if is_pupil() and name not in PUPIL_PAGES else "visible"


def _open_default() -> None:
    """Go on to the default page, whose own path is always "/", with the choices that the address has."""
    st.switch_page(f"pages/{next(iter(PAGES))}.py", query_params=st.query_params.to_dict())
