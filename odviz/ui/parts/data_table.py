"""A table with what all tables of the page share: room for its toolbar on a phone, and rows that can be selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from odviz.ui.parts.layout import is_phone

if TYPE_CHECKING:
    import pyarrow as pa


def data_table(
    columns: Mapping[str, Sequence[Any]] | pa.Table,
    alt: str,
    key: str = "",
    on_select: Callable[[Sequence[int]], None] | None = None,
    selected: Sequence[int] = (),
    several: bool = False,
    **options: Any,
) -> None:
    """Draw a table.

    Args:
        columns: cells by heading.
        alt: text alternative.
        key: of the widget, where rows can be selected.
        on_select: called with the rows that the visitor selects; by default none can be selected.
        selected: rows that are selected now, here or elsewhere on the page.
        several: whether several rows can be selected.
        options: of `st.dataframe`.
    """
    if on_select:
        selection = {"selection": {"rows": list(selected)}}
        if key in st.session_state and list(st.session_state[key]["selection"]["rows"]) != list(selected):
            st.session_state[key] = selection
        options |= {
            "key": key,
            "on_select": lambda: on_select(st.session_state[key]["selection"]["rows"]),
            "selection_mode": "multi-row" if several else "single-row",
            "selection_default": selection,
        }
    if is_phone():  # the toolbar overlaps what stands above
        st.space("medium")
    st.dataframe(columns, hide_index=True, placeholder="", alt=alt, **options)


def rows_table(headings: Sequence[str], rows: Sequence[Sequence[str]], alt: str) -> None:
    """Draw a table of texts, without the columns in which all cells are empty.

    Args:
        headings: of the columns; one may be empty, and is then called "Note".
        rows: with a cell for each heading.
        alt: text alternative.
    """
    columns = {heading or "Note": [row[index] for row in rows] for index, heading in enumerate(headings)}
    data_table({heading: cells for heading, cells in columns.items() if any(cells)}, alt)
