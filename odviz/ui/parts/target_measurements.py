"""What was measured on one target: as a picture and as a table that can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from odviz.charts import calibration
from odviz.charts.text import SAID
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Provenance
from odviz.domain.published import PublishedRow
from odviz.projection import family_of
from odviz.services.measurements import as_csv
from odviz.ui.markup import safe
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import look
from odviz.ui.parts.target_report import Known, shipped_macs
from odviz.units import counted

_INSIDE = {
    Provenance.OWN: "an × inside, or a dot where a shape has no room for one",
    Provenance.PUBLISHED: "a dot inside",
}


def charts(device: DeviceProfile, known: Known) -> None:
    """Latency against MACs, and, where others are projected, predicted against measured latency."""
    rows, found = known.rows, known.report.validation
    places = st.columns(2, gap="medium") if found and known.left_out else [st.container()]
    with places[0]:
        chart(
            calibration.measured(rows, look(), shipped_macs()),
            "measured",
            f"Measured latency of {counted(len(rows), 'network')} on {device.title} against their MACs",
        )
    if found and known.left_out:
        with places[1]:
            chart(
                calibration.predicted(known.left_out, found.factor, look()),
                "predicted",
                f"Predicted against measured latency on {device.title}; the table above has the errors",
            )
    unplaced = sum(not row.macs for row in rows)
    lines = [f"Each point is a network as somebody measured it ({_marks(rows)})."]
    if found and known.left_out:
        lines.append(
            "In the other chart each is predicted from all other families (projected: a cross inside, or a dot where "
            "a shape has no room for one); on the line it would be exact, between the dashed lines it lies within the "
            f"usual interval (×/÷ {found.factor:.2f})."
        )
    if unplaced:
        lines.append(
            f"The MACs of {unplaced} of the {counted(len(rows), 'network')} are not known: the table has them, the "
            "chart does not, and nothing is projected from them."
        )
    st.caption(" ".join(lines))


def _marks(rows: Sequence[PublishedRow]) -> str:
    """What is inside the points, by where they come from."""
    there = dict.fromkeys(row.provenance for row in rows)
    return "; ".join(f"{SAID[each]}: {_INSIDE[each]}" for each in there)


def table(target: DeviceTarget, rows: Sequence[PublishedRow]) -> None:
    """Every measurement of a target with its source."""
    st.markdown(f"**{counted(len(rows), 'measurement')}**")
    cells: dict[str, list[Any]] = {
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
    st.dataframe(
        {name: values for name, values in cells.items() if any(value not in (None, "") for value in values)},
        hide_index=True,
        placeholder="",
        column_config={
            "Network": st.column_config.TextColumn(pinned=True, width=200),
            "Family": st.column_config.TextColumn(help="Networks that differ in width, depth or input size alone."),
            "Latency (ms)": number(format="%.4g", help="One answer at batch 1; mean or median, as the source has it."),
            "MACs (million)": number(format="localized", help="Multiply-accumulates of one answer."),
            "Parameters (million)": number(format="%.4g"),
            "Peak memory (MB)": number(format="%.4g", help="As the source counts it."),
            "Power (W)": number(format="%.4g", help="Mean power while it runs."),
            "Energy (mJ)": number(format="%.4g", help="Of one answer."),
            "Link": st.column_config.LinkColumn(display_text="open"),
            "Source": st.column_config.TextColumn(width="medium"),
        },
        alt="Every measurement with its source",
    )
    st.download_button(  # under the table, whose own buttons lie over what is above it on a phone
        "Table as CSV",
        lambda: as_csv(rows),
        f"{target.key}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale
