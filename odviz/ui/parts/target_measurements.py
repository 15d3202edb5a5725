"""Published and user-supplied measurements of one target, as charts and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from odviz.charts import calibration
from odviz.charts.palette import MARKS, SIGNS
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Provenance
from odviz.domain.published import PublishedRow
from odviz.projection.features import family_of
from odviz.report.markdown import safe
from odviz.services.measurement_csv import as_csv
from odviz.ui.parts.chart import chart
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import look
from odviz.ui.parts.target_report import TargetMeasurements, macs_of_models
from odviz.units import counted


def charts(device: DeviceProfile, measurements: TargetMeasurements) -> None:
    """Draw latency against MACs, and predicted against measured latency where other networks are projected."""
    rows, validation = measurements.rows, measurements.report.validation
    shows_predictions = bool(validation and measurements.held_out)
    columns = st.columns(2, gap="medium") if shows_predictions else [st.container()]
    with columns[0]:
        chart(
            calibration.measured(rows, look(), macs_of_models()),
            "measured",
            f"Measured latency of {counted(len(rows), 'network')} on {device.title} against their MACs",
        )
    marks = "; ".join(map(_mark, dict.fromkeys(row.provenance for row in rows)))
    notes = [f"Each point is one network ({marks})."]
    if validation and shows_predictions:
        with columns[1]:
            chart(
                calibration.predicted(measurements.held_out, validation.factor, look()),
                "predicted",
                f"Predicted against measured latency on {device.title}; the table above has the errors",
            )
        notes.append(
            f"In the other chart each is predicted from all other families ({_mark(Provenance.PROJECTED)}). On the "
            "line a prediction is exact; between the dashed lines it is within the usual interval "
            f"(×/÷ {validation.factor:.2f})."
        )
    without_macs = sum(not row.macs for row in rows)
    if without_macs:
        notes.append(
            f"The MACs of {without_macs} of the {counted(len(rows), 'network')} are not known: they are in the table "
            "but not in the chart, and nothing is projected from them."
        )
    st.caption(" ".join(notes))


def _mark(provenance: Provenance) -> str:
    """A provenance and the mark inside its points."""
    mark = MARKS[provenance]
    room = "" if mark == "-dot" else ", or a dot where a shape has no room for one"
    return f"{PROVENANCE_TITLES[provenance]}: {SIGNS[mark]}{room}"


def table(target: DeviceTarget, rows: Sequence[PublishedRow]) -> None:
    """Draw every measurement of a target with its source, and a CSV download."""
    st.markdown(f"**{counted(len(rows), 'measurement')}**")
    columns: dict[str, list[Any]] = {
        "Network": [row.model for row in rows],
        "Family": [family_of(row.model) for row in rows],
        "Latency (ms)": [1e3 * row.latency_s for row in rows],
        "MACs (million)": [_scaled(row.macs, 1e-6) for row in rows],
        "Parameters (million)": [_scaled(row.parameters, 1e-6) for row in rows],
        "Peak memory (MB)": [_scaled(row.peak_memory_bytes, 1e-6) for row in rows],
        "Power (W)": [row.power_w for row in rows],
        "Energy (mJ)": [_scaled(row.energy_j, 1e3) for row in rows],
        "Power and energy include": [row.energy_scope for row in rows],
        "Source": [row.source for row in rows],
        "Link": [row.source_url if safe(row.source_url) else None for row in rows],
        "Version": [row.source_version for row in rows],
        "Licence": [row.licence for row in rows],
    }
    number = st.column_config.NumberColumn
    data_table(
        {name: values for name, values in columns.items() if any(value not in (None, "") for value in values)},
        "Every measurement with its source",
        column_config={
            "Network": st.column_config.TextColumn(pinned=True, width=200),
            "Family": st.column_config.TextColumn(help="Networks that differ only in width, depth or input size."),
            "Latency (ms)": number(format="%.4g", help="One inference at batch 1; mean or median, as in the source."),
            "MACs (million)": number(format="localized", help="Multiply-accumulates of one inference."),
            "Parameters (million)": number(format="%.4g"),
            "Peak memory (MB)": number(format="%.4g", help="As the source counts it."),
            "Power (W)": number(format="%.4g", help="Mean power during inference."),
            "Energy (mJ)": number(format="%.4g", help="Of one inference."),
            "Link": st.column_config.LinkColumn(display_text="open"),
            "Source": st.column_config.TextColumn(width="medium"),
        },
    )
    # Below the table, whose toolbar covers what is above it on a phone.
    download_button("Table as CSV", lambda: as_csv(rows), f"{target.key}.csv", icon=":material/download:")


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale
