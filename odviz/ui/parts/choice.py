"""A select box of named options."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import streamlit as st

from odviz.ui.parts import layout
from odviz.ui.url_state import LinkProblem


def choose(label: str, titles: Mapping[str, str], key: str, default: str | None = None, **options: Any) -> str:
    """Draw a select box, which shows the default when its value is not, or no longer, an option; empty for none.

    Args:
        label: above the box.
        titles: title of each option. A title must not change while the page is open, because the browser sends back
            the title rather than the value.
        key: of the widget, and URL parameter.
        default: option until the visitor chooses; None for an empty box.
        options: of `st.selectbox`.
    """
    if st.session_state.get(key) not in titles:
        st.session_state[key] = default
    index = 0 if default else None
    return st.selectbox(label, list(titles), index, format_func=titles.__getitem__, key=key, **options) or ""


def warn_unknown(key: str, options: Container[str], reason: str) -> None:
    """Say that an address names what cannot be chosen here; to be called before `choose`, which shows the default.

    Args:
        key: of the widget, and URL parameter.
        options: what can be chosen.
        reason: why it cannot, as a clause.
    """
    value = st.session_state.get(key)
    if value is not None and value not in options:
        layout.warn([LinkProblem(key, value, reason)])
