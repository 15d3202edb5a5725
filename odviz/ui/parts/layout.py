"""What every page stands in: its title, its colours, and what happens when something goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from odviz.charts import DARK, LIGHT, Look
from odviz.domain.errors import OdvizError
from odviz.ui import link, navigation
from odviz.ui.markup import plain


def page(name: str, title: str, summary: str) -> None:
    """Settings of the browser's window, then the heading.

    Args:
        name: of the page, as its file is called.
        title: of the page, as it is read.
        summary: one line under it.
    """
    navigation.insist()
    link.enter(name)
    st.set_page_config(page_title=f"{title} · odviz", layout="wide")
    st.title(title, anchor=False)
    st.caption(summary)


def look() -> Look:
    """Colours of the theme that this person sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def phone() -> bool:
    """Whether the browser says that it runs on a phone."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def above_table() -> None:
    """Room above a table on a phone, where the table's own buttons always lie over what is above it."""
    if phone():
        st.space("medium")


def deleted(identity: str) -> None:
    """Say that a benchmark which was shown has been deleted meanwhile."""
    st.warning(f"Benchmark {identity} is no longer there: it was deleted.", icon=":material/delete:")


def say(problems: Iterable[str]) -> None:
    """Sentences about what could not be used; the rest of the page goes on."""
    for sentence in problems:
        st.warning(sentence, icon=":material/link_off:")


@contextmanager
def guarded(kind: type[OdvizError] = OdvizError) -> Iterator[None]:
    """A part of the page that may fail on its own: the reason stands in its place.

    Args:
        kind: what only this part can meet; what the rest would meet as well is left to be said once, for all of it.
    """
    try:
        yield
    except kind as error:
        st.error(plain(str(error)), icon=":material/error:")
