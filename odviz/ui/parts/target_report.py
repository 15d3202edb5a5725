"""How far what is projected for a target can be trusted: plain words first, the exact figures under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from odviz.analysis import device_calibration
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.published import PublishedRow
from odviz.projection import Validation
from odviz.services import catalogue, measurements
from odviz.services.devices import TargetReport
from odviz.services.measurements import LeftOut
from odviz.ui.markup import plain
from odviz.ui.parts.device_choice import way_words
from odviz.ui.parts.layout import above_table
from odviz.units import counted, percent

_PROMISED, _NEAR = 0.9, 0.05
_EXAMPLE_MS = 10


@dataclass(frozen=True, eq=False)
class Known:
    """Everything about one target.

    Attributes:
        report: how far it can be trusted.
        rows: what was measured on it.
        left_out: each network as predicted without its family.
    """

    report: TargetReport
    rows: tuple[PublishedRow, ...]
    left_out: tuple[LeftOut, ...]


def known_of(device: DeviceProfile, target: DeviceTarget) -> Known:
    """Everything about a target, fitted once as long as the device's file stays as it is."""
    return _known(repr(device), target.key, device, target)


def words_of(target: DeviceTarget) -> str:
    """A target as people read it: runtime, processor, threads, number type."""
    return f"{way_words(target)}, {target.target.precision}"


def trust(known: Known) -> None:
    """What a target's figures are worth, in words and as a small table."""
    report, found = known.report, known.report.validation
    if not known.rows:
        st.warning(
            f"Nothing is published under {plain(report.target.key)}, and the profile has no points of its own for it: "
            "nothing can be said of this way to run networks.",
            icon=":material/help:",
        )
        return
    st.markdown("\n".join(f"- {line}" for line in _lines(report, found)))
    if found:
        above_table()
        _exact(found)
    st.caption(f"Source: {plain(report.sources)}. Target: {plain(report.target.key)}.")


def side_by_side(device: DeviceProfile) -> None:
    """All ways to run networks on a device, a row each, with the figures of `odviz devices validate`."""
    found = [known_of(device, each).report for each in device.targets]
    rows = [_row(each) for each in found]
    st.dataframe(
        {column: [row[column] for row in rows] for column in rows[0]},
        hide_index=True,
        height="content",
        placeholder="",
        column_config={"Run by": st.column_config.TextColumn(pinned=True, width=230)},
        alt=f"All ways to run networks on {device.title}",
    )
    st.caption(
        "Error: how far predictions lay from what was measured, |predicted / measured − 1|, half of them (median) and "
        "nine in ten (90th percentile). New: the network's whole family was left out; known: only the network itself. "
        "Interval ×/÷ 1.3: from the figure divided by 1.3 to the figure times 1.3."
    )


def _lines(report: TargetReport, found: Validation | None) -> list[str]:
    if found is None:
        one = report.published == 1
        return [
            f"**{counted(report.published, 'network')} {'was' if one else 'were'} measured in this way; nothing else "
            f"can be projected from {'it' if one else 'them'}.**",
            plain(report.why_not),
            _power(report),
        ]
    counts = "" if found.points == report.published else f", {found.points} of them with known MACs"
    return [
        f"**{counted(report.published, 'network')} {'was' if report.published == 1 else 'were'} measured in this way"
        f"{counts}. Others are projected from {'these' if counts else 'them'}: {found.families} kinds (families).**",
        f"Half of the networks of a kind it had never seen were predicted within {percent(found.median_error)}, nine "
        f"in ten within {percent(found.p90_error)}; its intervals held {percent(found.coverage)} of them, "
        f"{_as_promised(found.coverage)}.",
        f"Said to take {_EXAMPLE_MS} ms, such a network usually takes between {_EXAMPLE_MS / found.factor:.2g} and "
        f"{_EXAMPLE_MS * found.factor:.2g} ms (interval ×/÷ {found.factor:.2f}).",
        f"Another size of a kind that was measured is predicted better: half within "
        f"{percent(found.known_median_error)}, nine in ten within {percent(found.known_p90_error)}.",
        _range(found.macs_range),
        _power(report),
        *([_borrowed(found.borrowed)] if found.borrowed else []),
    ]


def _as_promised(coverage: float) -> str:
    if abs(coverage - _PROMISED) <= _NEAR:
        return f"as they should: {percent(_PROMISED)}"
    if coverage > _PROMISED:
        return f"more than the {percent(_PROMISED)} that they promise"
    return f"fewer than the {percent(_PROMISED)} that they promise, so expect surprises"


def _range(measured: tuple[float, float]) -> str:
    low, high = shipped_macs()
    said = f"Measured were networks of {_millions(measured)} million multiply-accumulates (MACs: the work of an answer)"
    if low < measured[0] or high > measured[1]:
        return f"{said}; odviz's own have {_millions((low, high))}. Outside of what was measured, intervals widen."
    return f"{said}; odviz's own, {_millions((low, high))}, lie among them."


def _power(report: TargetReport) -> str:
    if report.has_power:
        return "Power was measured too: energy is that power × time."
    if report.bounded:
        return (
            "No power was measured while networks ran: energy is a range, time × a power between that of the device at "
            "rest and at full load."
        )
    return "No power was measured: energy is only a range from first principles (modelled)."


def _borrowed(count: int) -> str:
    return f"Few int8 networks were measured: {count} measured in floating point help, at the usual ratio of the two."


def _exact(found: Validation) -> None:
    st.dataframe(
        {
            "Networks left out": ["whole families (new family)", "a tenth at a time (known family)"],
            "Error, median": [percent(found.median_error), percent(found.known_median_error)],
            "Error, 90th percentile": [percent(found.p90_error), percent(found.known_p90_error)],
            "Interval ×/÷": [f"{found.factor:.2f}", f"{found.known_factor:.2f}"],
            "Covers (90 % promised)": [percent(found.coverage), percent(found.known_coverage)],
        },
        hide_index=True,
        width="content",
        alt="How well networks that were left out are predicted",
    )


def _row(report: TargetReport) -> dict[str, str | int | None]:
    found = report.validation
    return {
        "Run by": way_words(report.target),
        "Precision": report.target.target.precision,
        "Networks": found.points if found else report.published,
        "Families": found.families if found else None,
        "New: error, median / 90th": _pair(found.median_error, found.p90_error) if found else "measured points only",
        "New: interval ×/÷": f"{found.factor:.2f}" if found else "",
        "New: covers": percent(found.coverage) if found else "",
        "Known: error, median / 90th": _pair(found.known_median_error, found.known_p90_error) if found else "",
        "Known: interval ×/÷": f"{found.known_factor:.2f}" if found else "",
        "Known: covers": percent(found.known_coverage) if found else "",
        "Million MACs": _millions(found.macs_range) if found else "",
        "Power": "measured" if report.has_power else "at rest and full load" if report.bounded else "",
        "Target": report.target.key,
        "Why nothing is projected": report.why_not,
    }


def _pair(median: float, ninth: float) -> str:
    return f"{percent(median)} / {percent(ninth)}"


def _millions(ends: Sequence[float]) -> str:
    return " to ".join(f"{float(f'{end / 1e6:.2g}'):,.10g}" for end in ends)


@st.cache_data(show_spinner=False)
def shipped_macs() -> tuple[float, float]:
    """Fewest and most MACs of the networks that odviz ships."""
    macs = [model.dense.macs for task in catalogue.tasks() for model in catalogue.models(task.name)]
    return float(min(macs)), float(max(macs))


@st.cache_resource(show_spinner="Predicting networks that were left out …", max_entries=64)
def _known(content: str, key: str, _device: DeviceProfile, _target: DeviceTarget) -> Known:
    del content, key  # what tells one device, which is not hashed, from another
    report = measurements.report(_device, _target)
    calibration = device_calibration.calibration(_device, _target)
    return Known(report, measurements.rows(_device, _target), measurements.left_out(calibration))
