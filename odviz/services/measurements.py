"""What was measured on one target: its table, and each network beside what the others say of it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

from odviz.analysis.device_calibration import calibration, fitting
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Provenance
from odviz.domain.published import PublishedRow
from odviz.library.published import NUMBERS, WORDS
from odviz.projection import Calibration
from odviz.services import devices
from odviz.services.devices import TargetReport
from odviz.services.spreadsheet import guarded


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A measured network, and its latency as predicted from those of all other families.

    Attributes:
        name: of the network.
        family: that was left out with it.
        measured: latency as it was measured, seconds.
        predicted: latency that the other families promise, seconds.
        provenance: of what was measured.
    """

    name: str
    family: str
    measured: float
    predicted: float
    provenance: Provenance = Provenance.PUBLISHED


def rows(device: DeviceProfile, target: DeviceTarget) -> tuple[PublishedRow, ...]:
    """Everything known of a target: published, and brought along by the profile; by rising MACs, unknown ones last."""
    return tuple(sorted(calibration(device, target).rows, key=lambda row: (row.macs or math.inf, row.latency_s)))


def report(device: DeviceProfile, target: DeviceTarget) -> TargetReport:
    """How far a target can be trusted, for measurements that nobody has looked over.

    Raises:
        FileRefused: they are such that nothing can be fitted to them.
    """
    with fitting(target.key):
        found = devices.report(device, [target])[0]
        if found.validation and not math.isfinite(found.validation.factor + found.validation.p90_error):
            raise ValueError("what was fitted predicts no number")
        return found


def left_out(known: Calibration) -> tuple[LeftOut, ...]:
    """Each network as predicted without its family: what the figures of `validate` are made of.

    Empty where nothing is projected, or where too little is left of the others to predict one of them.
    """
    if not known.projects:
        return ()
    own, error = known.sample.own, known.left_out.log_error
    provenances = {row.model: row.provenance for row in known.rows}
    if len(error) != len(own):
        return ()
    return tuple(
        LeftOut(each.name, each.family, each.seconds, each.seconds * math.exp(off), provenances[each.name])
        for each, off in zip(own, error, strict=True)
    )


def as_csv(table: Iterable[PublishedRow]) -> str:
    """Rows with the columns of data/published/measurements.csv; what is not known is an empty cell."""
    out = io.StringIO()
    numbers = [column for column, _ in NUMBERS.values()]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*WORDS[:2], *numbers, *WORDS[2:]))
    for row in table:
        amounts = ((getattr(row, field), unit) for field, (_, unit) in NUMBERS.items())
        cells = ["" if amount is None else f"{amount / unit:.10g}" for amount, unit in amounts]
        said = [guarded(getattr(row, name)) for name in WORDS]
        writer.writerow([*said[:2], *cells, *said[2:]])
    return out.getvalue()
