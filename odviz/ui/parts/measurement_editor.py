"""Measurements as a table to type into or to fill from a CSV file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from odviz.domain.errors import InputError
from odviz.services import measurement_csv
from odviz.services.user_measurements import TITLES, Measurement
from odviz.ui.markup import plain
from odviz.units import counted

_BASE, _TYPED, _VERSION, _SAID, _ROUND = "_rows_base", "_rows_typed", "_rows_version", "_rows_said", "_rows_round"
_MEGABYTES = 1
_EMPTY_LINES = 3
"""To begin with: one has to see that this is a table to type into."""


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
        st.session_state[_BASE] = st.session_state.get(_TYPED, _frame((Measurement(),) * _EMPTY_LINES))
    number = st.column_config.NumberColumn
    typed = st.data_editor(
        st.session_state[_BASE],
        key=key,
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        width="stretch",
        column_config={
            TITLES["network"]: st.column_config.TextColumn(width="medium"),
            TITLES["latency_ms"]: number(min_value=0, help="Time of one answer."),
            TITLES["macs_m"]: number(min_value=0, help="Leave empty for odviz's own networks."),
            TITLES["parameters_m"]: number(min_value=0, help="May be left empty."),
            TITLES["power_w"]: number(min_value=0, help="Mean power while it runs; may be left empty."),
            TITLES["energy_scope"]: st.column_config.TextColumn(help="Such as: whole board, at the plug."),
        },
        alt="Your measurements",
    )
    st.session_state[_TYPED] = typed
    _csv()
    return _rows(typed)


def _csv() -> None:
    with st.expander("Take measurements from a CSV file", icon=":material/table:"):
        columns = ", ".join(TITLES)
        st.caption(f"Columns: {plain(columns)}; only the first two have to be there. Its lines join the table above.")
        st.download_button(
            "A file to fill in",
            measurement_csv.template,
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
        new = measurement_csv.read_csv(given.name, given.getvalue())
    except InputError as error:
        st.session_state[_SAID] = (False, str(error))
        return
    before = _rows(st.session_state.get(_TYPED, _frame(())))
    st.session_state[_TYPED] = _frame((*before, *new.measurements))
    st.session_state[_VERSION] += 1
    said = f"{counted(len(new.measurements), 'line')} of {given.name} joined the table above."
    unused = f" Not used: {', '.join(new.unused)}." if new.unused else ""
    guessed = f" {new.guessed}" if new.guessed else ""
    st.session_state[_SAID] = (True, said + unused + guessed)


def _frame(rows: tuple[Measurement, ...]) -> pd.DataFrame:
    """Measurements as the editor shows them."""
    texts = ("network", "energy_scope")
    return pd.DataFrame(
        {
            title: pd.Series([getattr(row, field) for row in rows], dtype="str" if field in texts else "float64")
            for field, title in TITLES.items()
        }
    )


def _rows(table: pd.DataFrame) -> tuple[Measurement, ...]:
    """What the editor holds, without empty lines."""
    fields = list(TITLES)
    found = []
    for cells in table.itertuples(index=False):
        known = {field: cell for field, cell in zip(fields, cells, strict=True) if not pd.isna(cell) and cell != ""}
        if known:
            found.append(Measurement(**known))
    return tuple(found)


def discard() -> None:
    """An empty table and no file."""
    for key in (_TYPED, _SAID):
        st.session_state.pop(key, None)
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _file_key() -> str:
    return f"own-csv-{st.session_state.get(_ROUND, 0)}"
