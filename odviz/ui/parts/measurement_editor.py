"""An editable table of the visitor's measurements, which can also be filled from a CSV file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from odviz.domain.errors import InputError
from odviz.report.markdown import plain
from odviz.services import measurement_csv
from odviz.services.user_measurements import FIELDS, Measurement
from odviz.ui.parts.download import download_button
from odviz.units import counted

_BASE, _EDITED, _VERSION = "_editor_base", "_editor_edited", "_editor_version"
_CSV_RESULT, _CSV_VERSION = "_editor_csv_result", "_editor_csv_version"
_MAX_UPLOAD_MB = 1
_EMPTY_ROWS = 3
"""Rows at first, so that the table can be recognised as one to type into."""


def measurement_editor() -> tuple[Measurement, ...]:
    """Draw the table and the CSV upload.

    Returns:
        The rows of the table that are not empty.
    """
    st.caption(
        "One row per network, at batch 1. Name one of odviz's own (such as lenet-5, or "
        "lenet-5+prune-structured\\:50): its MACs are filled in, and Explore shows your figure in place of a "
        "projection. For other networks give the MACs (multiply-accumulates), so that others can be projected from "
        "them."
    )
    version = st.session_state.setdefault(_VERSION, 0)
    key = f"user-table-{version}"
    if key not in st.session_state:
        st.session_state[_BASE] = st.session_state.get(_EDITED, _to_frame((Measurement(),) * _EMPTY_ROWS))
    number = st.column_config.NumberColumn
    edited = st.data_editor(
        st.session_state[_BASE],
        key=key,
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        width="stretch",
        column_config={
            FIELDS["network"].title: st.column_config.TextColumn(width="medium"),
            FIELDS["latency_ms"].title: number(min_value=0, help="Of one inference."),
            FIELDS["macs_m"].title: number(min_value=0, help="Leave empty for odviz's own networks."),
            FIELDS["parameters_m"].title: number(min_value=0, help="Optional."),
            FIELDS["power_w"].title: number(min_value=0, help="Mean power during inference; optional."),
            FIELDS["energy_scope"].title: st.column_config.TextColumn(help="Such as: whole board, at the plug."),
        },
        alt="Your measurements",
    )
    st.session_state[_EDITED] = edited
    _csv_upload()
    return _from_frame(edited)


def discard() -> None:
    """Empty the table and the upload."""
    for key in (_EDITED, _CSV_RESULT):
        st.session_state.pop(key, None)
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    st.session_state[_CSV_VERSION] = st.session_state.get(_CSV_VERSION, 0) + 1


def _csv_upload() -> None:
    with st.expander("Take measurements from a CSV file", icon=":material/table:"):
        columns = ", ".join(FIELDS)
        st.caption(
            f"Columns: {plain(columns)}; only the first two are required. Its rows are added to the table above."
        )
        download_button("A file to fill in", measurement_csv.template, "measurements.csv", icon=":material/download:")
        st.file_uploader("CSV file", type="csv", key=_csv_key(), max_upload_size=_MAX_UPLOAD_MB, on_change=_add_csv)
        ok, message = st.session_state.get(_CSV_RESULT, (True, ""))
        if message:
            (st.success if ok else st.error)(plain(message), icon=":material/check:" if ok else ":material/error:")


def _add_csv() -> None:
    """Callback: add the rows of an uploaded file to those in the table."""
    upload = st.session_state.get(_csv_key())
    st.session_state.pop(_CSV_RESULT, None)
    if upload is None:
        return
    try:
        result = measurement_csv.read_csv(upload.name, upload.getvalue())
    except InputError as error:
        st.session_state[_CSV_RESULT] = (False, str(error))
        return
    rows = _from_frame(st.session_state.get(_EDITED, _to_frame(())))
    st.session_state[_EDITED] = _to_frame((*rows, *result.measurements))
    st.session_state[_VERSION] += 1
    message = f"{counted(len(result.measurements), 'row')} of {upload.name} added to the table above."
    if result.unused:
        message += f" Not used: {', '.join(result.unused)}."
    if result.guessed:
        message += f" {result.guessed}"
    st.session_state[_CSV_RESULT] = (True, message)


def _to_frame(measurements: tuple[Measurement, ...]) -> pd.DataFrame:
    types = {field.title: "float64" if field.plausible else "str" for field in FIELDS.values()}
    rows = [[getattr(row, name) for name in FIELDS] for row in measurements]
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _from_frame(frame: pd.DataFrame) -> tuple[Measurement, ...]:
    """The rows of the table, without empty ones."""
    rows = (zip(FIELDS, row, strict=True) for row in frame.itertuples(index=False))
    filled = ({name: cell for name, cell in row if not pd.isna(cell) and cell != ""} for row in rows)
    return tuple(Measurement(**cells) for cells in filled if cells)


def _csv_key() -> str:
    return f"user-csv-{st.session_state.get(_CSV_VERSION, 0)}"
