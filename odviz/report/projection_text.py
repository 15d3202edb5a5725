"""How far the figures for another device can be trusted, in words."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.analysis.candidates import Candidate
from odviz.analysis.device_calibration import siblings
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Provenance
from odviz.objectives import LATENCY
from odviz.projection.validation import Validation
from odviz.report.markdown import plain
from odviz.report.target_table import errors_sentence, millions
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.services.target_reports import TargetReport, target_reports
from odviz.units import digits, percent


def summary(view: AnalysisView) -> str:
    """How the times of another device are known, in one sentence; empty for this host."""
    device, target = view.analysis.device, view.analysis.target
    if device is None or target is None:
        return ""
    candidates = view.analysis.candidates
    evidence = _evidence(_used_reports(device, target, candidates), candidates)
    return f"**{plain(view.benchmark_view.device_title)}**, {plain(naming.target(target))}: {evidence}"


def explanations(view: AnalysisView) -> list[str]:
    """Errors of the projections that times come from, for networks of new families; empty for this host."""
    device, target = view.analysis.device, view.analysis.target
    if device is None or target is None:
        return []
    candidates = view.analysis.candidates
    reports = _used_reports(device, target, candidates)
    return [_explanation(report, report.validation, candidates) for report in reports if report.validation]


def _used_reports(device: DeviceProfile, target: DeviceTarget, candidates: Sequence[Candidate]) -> list[TargetReport]:
    """Reports of the target and its siblings in other precisions, as far as a candidate has a time from them."""
    targets = siblings(device, target)
    return list(target_reports(device, [one for one in targets if any(_has_time(own, one) for own in candidates)]))


def _evidence(reports: Sequence[TargetReport], candidates: Sequence[Candidate]) -> str:
    if not reports:
        return "no time is known for these variants."
    times = [candidate.estimates[LATENCY] for candidate in candidates if LATENCY in candidate.estimates]
    factors = [estimate.high / estimate.centre for estimate in times if estimate.provenance is Provenance.PROJECTED]
    projected = len(factors)
    if not projected:
        own = all(estimate.provenance is Provenance.OWN for estimate in times)
        return f"times are {'your own figures' if own else 'published measurements'}."
    subject = f"{projected} of {len(times)} times" if projected < len(times) else "times"
    text = f"{subject} are worked out from networks that were measured there; "
    outside = sum(_count_outside(report, candidates) for report in reports)
    if outside:
        ends = list(dict.fromkeys(digits(end(factors), 2) for end in (min, max)))
        which = "all of these networks" if outside == projected else f"{outside} of these {projected} networks"
        are = "the network is" if projected == 1 else f"{which} are"
        return f"{text}{are} smaller or larger than those, and times are known to a factor of {' to '.join(ends)}."
    error = percent(max(report.validation.median_error for report in reports if report.validation))
    return f"{text}half of such figures are within {error}."


def _has_time(candidate: Candidate, target: DeviceTarget) -> bool:
    return LATENCY in candidate.estimates and candidate.result.point.target == target.target


def _explanation(report: TargetReport, validation: Validation, candidates: Sequence[Candidate]) -> str:
    """Errors for networks of new families, and how many candidates are outside the calibrated range."""
    text = (
        f"{report.target.target.precision}: projected from {validation.points} networks of {validation.families} "
        f"families measured there. {errors_sentence(validation)}."
    )
    outside, timed = _count_outside(report, candidates), sum(_has_time(one, report.target) for one in candidates)
    if outside:
        some = f"{'All' if outside == timed else outside} of these {timed} variants are"
        who, whose = ("The one variant is", "its interval is") if timed == 1 else (some, "their intervals are")
        text += f" {who} outside the {millions(validation.macs_range)} million MACs that were measured: {whose} wider."
    return text


def _count_outside(report: TargetReport, candidates: Sequence[Candidate]) -> int:
    """Number of projected variants with fewer or more MACs than any measured network."""
    validation = report.validation
    if validation is None:
        return 0
    projected = (
        candidate
        for candidate in candidates
        if _has_time(candidate, report.target) and candidate.estimates[LATENCY].provenance is Provenance.PROJECTED
    )
    return sum(not _is_inside(candidate, validation) for candidate in projected)


def _is_inside(candidate: Candidate, validation: Validation) -> bool:
    macs = candidate.result.facts.macs if candidate.result.facts else None
    return macs is not None and validation.macs_range[0] <= macs <= validation.macs_range[1]
