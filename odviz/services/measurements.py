"""The measurements of one target: as rows, and as a CSV file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from odviz.analysis.device_calibration import calibration
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.published import PublishedRow
from odviz.library.published import COLUMNS, TEXT_COLUMNS
from odviz.services.spreadsheet import guarded


def rows(device: DeviceProfile, target: DeviceTarget) -> tuple[PublishedRow, ...]:
    """Every measurement of a target, published or the user's own, by rising MACs; unknown MACs come last."""
    return tuple(sorted(calibration(device, target).rows, key=lambda row: (row.macs or math.inf, row.latency_s)))


def as_csv(measurements: Iterable[PublishedRow]) -> str:
    """Rows with the columns of data/published/measurements.csv; unknown values are empty cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*TEXT_COLUMNS[:2], *COLUMNS, *TEXT_COLUMNS[2:]))
    for row in measurements:
        values = ((getattr(row, column.field), column.unit) for column in COLUMNS.values())
        numbers = ["" if value is None else f"{value / unit:.10g}" for value, unit in values]
        texts = [guarded(getattr(row, name)) for name in TEXT_COLUMNS]
        writer.writerow([*texts[:2], *numbers, *texts[2:]])
    return out.getvalue()
