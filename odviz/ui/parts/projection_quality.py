"""What stands behind the figures of a machine that is not here, and what cannot be backed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.analysis.device_calibration import siblings
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Provenance
from odviz.objectives import LATENCY
from odviz.projection import Validation
from odviz.services.target_reports import TargetReport, target_reports
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.ui.parts.device_choice import target_title
from odviz.units import counted, digits, percent


def projection_quality(view: AnalysisView) -> None:
    """A few lines on how far the figures of another machine can be trusted; nothing for this host."""
    device, target = view.analysis.device, view.analysis.target
    if device is None or target is None:
        return
    candidates = view.analysis.candidates
    st.markdown(f":small[{sentence(view)}]")
    projected = [_trust(each, candidates) for each in _used(device, target, candidates) if each.validation]
    if projected:
        with st.expander("How far these times can be trusted"):
            st.markdown("\n".join(f"- {each}" for each in projected))
            st.caption("Accuracy and file size are those of the same files here.")
    reasons = Counter(each.missing[LATENCY] for each in candidates if LATENCY in each.missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/devices.py",
            label="More about this device",
            icon=":material/devices:",
            query_params={"device": device.name, "target": target.key},
        )
        if reasons:
            with st.popover(f"No time for {sum(reasons.values())} of {counted(len(candidates), 'variant')}"):
                st.markdown("\n".join(f"- {count} ×: {plain(reason)}" for reason, count in reasons.most_common()))


def sentence(view: AnalysisView) -> str:
    """How far the figures of another machine can be trusted; empty for this host."""
    device, target = view.analysis.device, view.analysis.target
    if device is None or target is None:
        return ""
    candidates = view.analysis.candidates
    verdict = _verdict(_used(device, target, candidates), candidates)
    return f"**{plain(view.benchmark_view.device_title)}**, {plain(target_title(target))}: {verdict}"


def _used(device: DeviceProfile, target: DeviceTarget, candidates: Sequence[Candidate]) -> list[TargetReport]:
    """What is known of each precision that a time was found for."""
    reports = _reports(device, siblings(device, target))
    return [each for each in reports if any(_timed(candidate, each.target) for candidate in candidates)]


def _verdict(used: Sequence[TargetReport], candidates: Sequence[Candidate]) -> str:
    """How times are known there, in one sentence."""
    if not used:
        return "no time can be backed for these variants."
    times = [each.estimates[LATENCY] for each in candidates if LATENCY in each.estimates]
    factors = [each.high / each.centre for each in times if each.provenance is Provenance.PROJECTED]
    projected = len(factors)
    if not projected:
        own = all(each.provenance is Provenance.OWN for each in times)
        return f"times are {'your own figures' if own else 'those that somebody measured there'}."
    of = f"{projected} of {len(times)} times" if projected < len(times) else "times"
    said = f"{of} are projected from networks that somebody measured there; "
    outside = sum(_outside(each, candidates) for each in used)
    if outside:
        ends = list(dict.fromkeys(digits(end(factors), 2) for end in (min, max)))
        which = "all of these networks" if outside == projected else f"{outside} of these {projected} networks"
        known = f"times are only known to a factor of {' to '.join(ends)}"
        return f"{said}{which} are smaller or larger than those, and {known}."
    about = percent(max(each.validation.median_error for each in used if each.validation))
    return f"{said}half of such projections come within {about}."


def _timed(candidate: Candidate, target: DeviceTarget) -> bool:
    return LATENCY in candidate.estimates and candidate.result.point.target == target.target


def _trust(report: TargetReport, candidates: tuple[Candidate, ...]) -> str:
    """How well networks of unseen families were predicted, and whether these lie within what was calibrated."""
    found = report.validation
    assert found is not None
    sentence = (
        f"{report.target.target.precision}: projected from {found.points} networks of {found.families} families that "
        f"were measured there. Of networks of a kind it had not seen, half were predicted within "
        f"{percent(found.median_error)}, nine in ten within {percent(found.p90_error)}; its 90 % intervals held "
        f"{percent(found.coverage)}."
    )
    outside, own = _outside(report, candidates), sum(_timed(each, report.target) for each in candidates)
    if outside:
        low, high = (f"{float(f'{end / 1e6:.3g}'):,g}" for end in found.macs_range)
        sentence += (
            f" {'All' if outside == own else outside} of these {own} variants lie outside the {low} to {high} million "
            "MACs that were measured: their intervals are widened."
        )
    return sentence


def _outside(report: TargetReport, candidates: Sequence[Candidate]) -> int:
    """How many variants are smaller or larger than whatever was measured there."""
    found = report.validation
    timed = (each for each in candidates if _timed(each, report.target))
    projected = (each for each in timed if each.estimates[LATENCY].provenance is Provenance.PROJECTED)
    return sum(found is not None and not _inside(each, found) for each in projected)


def _inside(candidate: Candidate, found: Validation) -> bool:
    macs = candidate.result.facts.macs if candidate.result.facts else None
    return macs is not None and found.macs_range[0] <= macs <= found.macs_range[1]


@st.cache_resource(show_spinner="Checking how well this device is predicted …", max_entries=16)
def _reports(device: DeviceProfile, targets: tuple[DeviceTarget, ...]) -> tuple[TargetReport, ...]:
    return target_reports(device, targets)
