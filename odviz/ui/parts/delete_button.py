"""A button that removes something for good, and asks first."""

from __future__ import annotations

import streamlit as st


def delete_button(what: str, key: str) -> bool:
    """Draw it.

    Args:
        what: a sentence on what is removed, and what stays.
        key: tells it from others on the page.

    Returns:
        Whether it is to be removed.
    """
    with st.popover("Delete", icon=":material/delete:", key=f"delete-{key}"):
        st.markdown(what)
        return st.button("Delete it", type="primary", key=f"delete-{key}-now")
