"""How accurate the projections for a target are: plain sentences first, the exact figures below them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from odviz.analysis.device_calibration import HeldOutPrediction, calibration, held_out_predictions, measurements
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.published import PublishedRow
from odviz.projection.validation import Validation
from odviz.report.markdown import plain
from odviz.report.target_table import errors_sentence, known_errors, millions, new_errors, target_row
from odviz.services import catalogue, naming
from odviz.services.target_reports import TargetReport, checked_report
from odviz.tasks import TASKS
from odviz.ui.parts.data_table import data_table
from odviz.units import counted, percent

_NOMINAL_COVERAGE, _TOLERANCE = 0.9, 0.05
_EXAMPLE_MS = 10


@dataclass(frozen=True, eq=False)
class TargetMeasurements:
    """Measurements of one target and the validation of its projections.

    Attributes:
        report: accuracy of the projections.
        rows: the measurements.
        held_out: each network as predicted without its family.
    """

    report: TargetReport
    rows: tuple[PublishedRow, ...]
    held_out: tuple[HeldOutPrediction, ...]


def measurements_of(device: DeviceProfile, target: DeviceTarget) -> TargetMeasurements:
    """Measurements of a target, fitted once as long as the device's file does not change."""
    return _cached_measurements(repr(device), target.key, device, target)


def full_target_title(target: DeviceTarget) -> str:
    """A target in words: runtime, processor, threads, number type."""
    return f"{naming.target(target)}, {target.target.precision}"


def report(target_measurements: TargetMeasurements) -> None:
    """Draw how accurate the projections for a target are, in words and as a small table."""
    target_report, validation = target_measurements.report, target_measurements.report.validation
    if not target_measurements.rows:
        st.warning(
            f"There are no measurements of {plain(target_report.target.key)}, so nothing is known about running "
            "networks in this way.",
            icon=":material/help:",
        )
        return
    st.markdown("\n".join(f"- {sentence}" for sentence in _sentences(target_report)))
    if validation:
        _error_table(validation)
    st.caption(f"Source: {plain(target_report.sources)}. Target: {plain(target_report.target.key)}.")


def compare_targets(device: DeviceProfile) -> None:
    """Draw all targets of a device as a table, with the figures of `odviz devices validate`."""
    rows = [
        {
            "Run by": naming.target(target),
            "Precision": target.target.precision,
            **target_row(measurements_of(device, target).report),
        }
        for target in device.targets
    ]
    data_table(
        {column: [row[column] for row in rows] for column in rows[0]},
        f"All ways to run networks on {device.title}",
        height="content",
        column_config={"Run by": st.column_config.TextColumn(pinned=True, width=230)},
    )
    st.caption(
        "Error: |predicted / measured − 1|, for half of the predictions (median) and nine in ten (90th percentile). "
        "New: the whole family of the network was left out; known: only the network itself. "
        "Interval ×/÷ 1.3: from the figure divided by 1.3 to the figure times 1.3."
    )


def _sentences(target_report: TargetReport) -> list[str]:
    validation = target_report.validation
    counted_networks = counted(target_report.published, "network")
    were = "was" if target_report.published == 1 else "were"
    if validation is None:
        them = "it" if target_report.published == 1 else "them"
        return [
            f"**{counted_networks} {were} measured in this way; nothing else can be projected from {them}.**",
            plain(target_report.why_not),
            _power(target_report),
        ]
    all_used = validation.points == target_report.published
    used = "" if all_used else f", {validation.points} of them with known MACs"
    known = known_errors(validation)
    low_ms, high_ms = _EXAMPLE_MS / validation.factor, _EXAMPLE_MS * validation.factor
    return [
        f"**{counted_networks} {were} measured in this way{used}. Others are projected from "
        f"{'them' if all_used else 'these'}: {validation.families} kinds (families).**",
        f"{errors_sentence(validation)} of them, {_compare_coverage(validation.coverage)}.",
        f"A network projected at {_EXAMPLE_MS} ms usually takes between {low_ms:.2g} and {high_ms:.2g} ms "
        f"(interval ×/÷ {validation.factor:.2f}).",
        f"Another size of a measured kind is predicted better: half within {known.median}, nine in ten within "
        f"{known.p90}.",
        _macs_range(validation.macs_range),
        _power(target_report),
        *([_borrowed(validation.borrowed)] if validation.borrowed else []),
    ]


def _compare_coverage(coverage: float) -> str:
    """Measured coverage of the intervals against their nominal coverage."""
    if abs(coverage - _NOMINAL_COVERAGE) <= _TOLERANCE:
        return f"as intended: {percent(_NOMINAL_COVERAGE)}"
    if coverage > _NOMINAL_COVERAGE:
        return f"more than the intended {percent(_NOMINAL_COVERAGE)}"
    return f"fewer than the intended {percent(_NOMINAL_COVERAGE)}, so expect larger errors"


def _macs_range(measured: tuple[float, float]) -> str:
    low, high = macs_of_models()
    sentence = f"The measured networks have {millions(measured)} million multiply-accumulates (MACs)"
    if low < measured[0] or high > measured[1]:
        return f"{sentence}; odviz's own have {millions((low, high))}. Outside the measured range intervals widen."
    return f"{sentence}; odviz's own, {millions((low, high))}, are inside this range."


def _power(target_report: TargetReport) -> str:
    if target_report.has_power:
        return "Power was measured too: energy is that power × time."
    if target_report.bounded:
        return (
            "Power was not measured during inference: energy is a range, time × a power between that of the device at "
            "rest and at full load."
        )
    return "Power was not measured: energy is only compared between networks, from first principles (modelled)."


def _borrowed(count: int) -> str:
    return f"Few int8 networks were measured: {count} floating-point measurements are added, at the usual ratio."


def _error_table(validation: Validation) -> None:
    both = (new_errors(validation), known_errors(validation))
    data_table(
        {
            "Networks left out": ["whole families (new family)", "a tenth at a time (known family)"],
            "Error, median": [errors.median for errors in both],
            "Error, 90th percentile": [errors.p90 for errors in both],
            "Interval ×/÷": [errors.factor for errors in both],
            "Coverage (nominal 90 %)": [errors.coverage for errors in both],
        },
        "Errors of the predictions for networks that were left out",
        width="content",
    )


@st.cache_data(show_spinner=False)
def macs_of_models() -> tuple[float, float]:
    """Fewest and most MACs among the models of all tasks."""
    macs = [model.dense.macs for task in TASKS for model in catalogue.models(task.name)]
    return float(min(macs)), float(max(macs))


@st.cache_resource(show_spinner="Predicting networks that were left out …", max_entries=64)
def _cached_measurements(content: str, key: str, _device: DeviceProfile, _target: DeviceTarget) -> TargetMeasurements:
    del content, key  # cache key: the device itself is not hashable
    target_report = checked_report(_device, _target)
    return TargetMeasurements(
        target_report, measurements(_device, _target), held_out_predictions(calibration(_device, _target))
    )
