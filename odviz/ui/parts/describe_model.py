"""A form for what only the visitor can say of a model of their own."""

from __future__ import annotations

import streamlit as st

from odviz.domain.model import Model
from odviz.services.description import FIELDS, describe


def description(model: Model) -> bool:
    """Draw the form, filled with what was said before.

    Args:
        model: of the visitor's own.

    Returns:
        Whether it was saved just now.
    """
    key = f"{model.task}-{model.name}"
    with st.form(f"describe-{key}", border=False):
        texts = {
            field.name: st.text_input(
                field.title, getattr(model, field.name), help=field.help, key=f"{field.name}-{key}", max_chars=500
            )
            for field in FIELDS
        }
        if not st.form_submit_button("Save", icon=":material/save:"):
            return False
    describe(model.task, model.name, texts)
    return True
