"""A delete button that asks for confirmation."""

from __future__ import annotations

import streamlit as st


def delete_button(consequence: str, key: str) -> bool:
    """Draw the button.

    Args:
        consequence: a sentence about what is removed and what is kept.
        key: distinguishes the button from others on the page.

    Returns:
        Whether the visitor confirmed.
    """
    with st.popover("Delete", icon=":material/delete:", key=f"delete-{key}"):
        st.markdown(consequence)
        return st.button("Delete it", type="primary", key=f"delete-{key}-now")
