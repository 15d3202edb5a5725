"""Measurements as a table to type into or to fill from a CSV file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from odviz.domain.errors import InputError
from odviz.services import own_measurements
from odviz.services.own_measurements import COLUMNS, Measurement
from odviz.ui.markup import plain

_BASE, _TYPED, _VERSION, _SAID, _ROUND = "_rows_base", "_rows_typed", "_rows_version", "_rows_said", "_rows_round"
_MEGABYTES = 1


def table() -> tuple[Measurement, ...]:
    """The table and the way to fill it from a file; what stands in it now."""
    st.caption(
        "One line a network, at batch 1. Name one of odviz's own (such as lenet-5, or "
        "lenet-5+prune-structured\\:50) and its MACs are filled in; in Explore your figure then stands in place of a "
        "projection. Of other networks give the MACs (multiply-accumulates) if others are to be projected from them."
    )
    version = st.session_state.setdefault(_VERSION, 0)
    key = f"own-table-{version}"
    if key not in st.session_state:
        st.session_state[_BASE] = st.session_state.get(_TYPED, _frame(()))
    number = st.column_config.NumberColumn
    typed = st.data_editor(
        st.session_state[_BASE],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config={
            COLUMNS["network"][0]: st.column_config.TextColumn(width="medium"),
            COLUMNS["latency_ms"][0]: number(min_value=0, help="Time of one answer."),
            COLUMNS["macs_m"][0]: number(min_value=0, help="Leave empty for odviz's own networks."),
            COLUMNS["parameters_m"][0]: number(min_value=0, help="May be left empty."),
            COLUMNS["power_w"][0]: number(min_value=0, help="Mean power while it runs; may be left empty."),
            COLUMNS["energy_scope"][0]: st.column_config.TextColumn(help="Such as: whole board, at the plug."),
        },
        alt="Your measurements",
    )
    st.session_state[_TYPED] = typed
    _csv()
    return _rows(typed)


def _csv() -> None:
    with st.expander("Take measurements from a CSV file", icon=":material/table:"):
        columns = ", ".join(COLUMNS)
        st.caption(f"Columns: {plain(columns)}; only the first two have to be there. Its lines join the table above.")
        st.download_button(
            "A file to fill in",
            own_measurements.template,
            "measurements.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.file_uploader("CSV file", type="csv", key=_file_key(), max_upload_size=_MEGABYTES, on_change=_take_csv)
        good, said = st.session_state.get(_SAID, (True, ""))
        if said:
            (st.success if good else st.error)(plain(said), icon=":material/check:" if good else ":material/error:")


def _take_csv() -> None:
    """Lines of an uploaded file join those that were typed."""
    given = st.session_state.get(_file_key())
    st.session_state.pop(_SAID, None)
    if given is None:
        return
    try:
        new = own_measurements.read_csv(given.name, given.getvalue())
    except InputError as error:
        st.session_state[_SAID] = (False, str(error))
        return
    before = _rows(st.session_state.get(_TYPED, _frame(())))
    st.session_state[_TYPED] = _frame((*before, *new))
    st.session_state[_VERSION] += 1
    st.session_state[_SAID] = (True, f"{len(new)} lines of {given.name} are in the table above.")


def _frame(rows: tuple[Measurement, ...]) -> pd.DataFrame:
    """Measurements as the editor shows them."""
    texts = ("network", "energy_scope")
    return pd.DataFrame(
        {
            title: pd.Series([getattr(row, field) for row in rows], dtype="object" if field in texts else "float64")
            for field, (title, _) in COLUMNS.items()
        }
    )


def _rows(table: pd.DataFrame) -> tuple[Measurement, ...]:
    """What the editor holds, without empty lines."""
    fields = list(COLUMNS)
    found = []
    for cells in table.itertuples(index=False):
        known = {field: cell for field, cell in zip(fields, cells, strict=True) if not pd.isna(cell) and cell != ""}
        if known:
            found.append(Measurement(**known))
    return tuple(found)


def forget() -> None:
    """An empty table and no file."""
    for key in (_TYPED, _SAID):
        st.session_state.pop(key, None)
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _file_key() -> str:
    return f"own-csv-{st.session_state.get(_ROUND, 0)}"
