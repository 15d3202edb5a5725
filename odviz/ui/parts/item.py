"""Items beside each other with a caption: pictures, curves, texts or numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from odviz.charts.sparkline import sparkline
from odviz.report.items import ItemView
from odviz.report.markdown import plain
from odviz.ui.parts import layout

_GAP = 6
"""Pixels between pictures that are shown together."""


def items(views: Sequence[ItemView], caption: str) -> None:
    """Draw items that are to be compared.

    Args:
        views: of the items, of one kind.
        caption: below them.
    """
    pictures = [view.picture for view in views if view.picture is not None]
    if pictures:
        st.image(_beside(pictures), width="content")
    for view in views:
        if view.curves is not None:
            st.image(sparkline(view.curves, layout.look()), width="stretch")
        elif view.text:
            st.markdown(f"> {plain(view.text)}")
        elif view.numbers:
            st.markdown(" · ".join(f"{plain(name)} **{plain(number)}**" for name, number in view.numbers.items()))
    st.caption(plain(caption))


def _beside(pictures: Sequence[np.ndarray]) -> np.ndarray:  # type: ignore[type-arg]
    """Pictures of one size as one picture with white between them."""
    gap = np.full((pictures[0].shape[0], _GAP, 3), 255, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)]
    return np.concatenate(parts[1:], axis=1)
