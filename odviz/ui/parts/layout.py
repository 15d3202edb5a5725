"""Elements that pages share: heading, theme, warnings, a delete button, and isolation of errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import streamlit as st

from odviz.charts import DARK, LIGHT, Look
from odviz.domain.errors import OdvizError
from odviz.report.markdown import plain
from odviz.ui import navigation, url_state


def page(name: str, title: str, summary: str = "") -> Any:
    """Set up the browser window and draw the heading.

    Args:
        name: of the page's file, without its suffix.
        title: heading.
        summary: one line below the heading.

    Returns:
        Container at the right of the heading.
    """
    navigation.require_app()
    navigation.require_right(name)
    url_state.enter_page(name)
    st.set_page_config(page_title=f"{title} · odviz")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        beside = st.container(horizontal=True, width="content")
    if summary:
        st.caption(summary)
    return beside


def choices() -> AbstractContextManager[Any]:
    """Container for the choices of a page: the sidebar, or the top of the page on a phone, whose sidebar is closed."""
    return st.container() if is_phone() else st.sidebar


def look() -> Look:
    """Chart colours for the theme that the visitor uses."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def is_phone() -> bool:
    """Whether the browser identifies itself as mobile."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def warn_deleted(benchmark_id: str) -> None:
    """Report that the benchmark on display has been deleted."""
    st.warning(f"Benchmark {benchmark_id} was deleted.", icon=":material/delete:")


def warn(messages: Iterable[object]) -> None:
    """Show each message, usually a `LinkProblem`, as a warning."""
    for message in messages:
        st.warning(str(message), icon=":material/link_off:")


def delete_button(consequence: str, key: str) -> bool:
    """Draw a delete button that asks for confirmation.

    Args:
        consequence: a sentence about what is removed and what is kept.
        key: distinguishes the button from others on the page.

    Returns:
        Whether the visitor confirmed.
    """
    with st.popover("Delete", icon=":material/delete:", key=f"delete-{key}"):
        st.markdown(consequence)
        return st.button("Delete it", type="primary", key=f"delete-{key}-now")


@contextmanager
def error_boundary(kind: type[OdvizError] = OdvizError) -> Iterator[None]:
    """Confine an error to one part of the page, which then shows the message instead of its content.

    Args:
        kind: errors that only this part can raise; others propagate, to be reported once for the whole page.
    """
    try:
        yield
    except kind as error:
        st.error(plain(str(error)), icon=":material/error:")
