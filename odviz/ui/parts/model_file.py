"""The model file itself, to take away and ship."""

from __future__ import annotations

import streamlit as st

from odviz.services import naming
from odviz.services.model_file import contents, model_file
from odviz.services.tradeoff import Standing
from odviz.ui import data
from odviz.ui.parts.fronts import View
from odviz.units import figure


def offer(view: View, standing: Standing, key: str) -> None:
    """A button that takes a variant's file away, or a sentence where it is no longer kept.

    Args:
        view: whose variant it is.
        standing: the variant.
        key: of the button.
    """
    point = standing.measured
    found = model_file(data.evidence_of(view.shown), point)
    if found is None:
        recipe = str(point.variant.recipe)
        again = f"odviz variants {point.variant.task} {point.variant.model} --recipe '{recipe}'"
        st.caption(f"Its file is no longer kept; `{again}` makes it again.")
        return
    st.download_button(
        f"Model file ({figure(found.size_bytes, 'B')})",
        lambda: contents(found),
        found.name,
        "application/octet-stream",
        key=key,
        icon=":material/deployed_code:",
        on_click="ignore",
        help=f"The very file that was measured, in the format {point.variant.format.value.upper()}, which "
        f"{naming.runtime(point.target.runtime)} runs. What goes into it and comes out of it is in its model card, "
        f"models/{point.variant.task}/{point.variant.model}/README.md. sha256 {found.sha256}.",
    )
