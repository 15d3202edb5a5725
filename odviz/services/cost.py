"""Cloud against devices for a variant of a benchmark: its time, its energy and the evidence that odviz holds of it."""

from __future__ import annotations

from collections.abc import Mapping

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.analysis.named import named
from odviz.domain.cost import CostAssumption, CostBasis, CostCase, CostFactor, EvidenceKind
from odviz.domain.estimate import Estimate
from odviz.library.cost_presets import load_preset
from odviz.objectives import default_limits
from odviz.objectives.energy import ENERGY
from odviz.objectives.latency import LATENCY
from odviz.services import data_quality, parity
from odviz.tasks import TASKS

YEARS = 5.0
"""How far a comparison looks by default."""

MOST_YEARS = 50.0

_MILLI = 1e-3
_YEAR_MONTHS = 12
_COMPUTING_W = (1.0, 5.0, 15.0)
"""Power of a device while it computes, where nothing is known of its energy."""


def timed(analysis: Analysis) -> tuple[Candidate, ...]:
    """The variants whose time is known."""
    return tuple(one for one in analysis.candidates if LATENCY in one.estimates)


def choose_candidate(analysis: Analysis, text: str = "") -> Candidate:
    """The only variant of known time with a text in its name; of several the recommended one, else the first.

    Raises:
        InputError: no variant of known time has the text in its name.
    """
    meant = named(timed(analysis), text, lambda one: one.host_point)
    best = analysis.under(default_limits(analysis.objectives)).recommendation
    return next((one for one in meant if best and one.host_point == best.candidate.host_point), meant[0])


def cost_case(
    data: BenchmarkData,
    candidate: Candidate,
    preset: str,
    own: Mapping[CostFactor, CostAssumption],
    years: float = YEARS,
) -> CostCase:
    """Everything that the comparison of costs of a variant depends on.

    Args:
        data: the benchmark.
        candidate: the variant on the device; its time is known.
        preset: name of the assumptions to start from.
        own: replace those of the preset and of the benchmark.
        years: how far the comparison looks.

    Raises:
        UnknownName: no such preset.
    """
    latency = candidate.estimates[LATENCY]
    energy = next((one for objective, one in candidate.estimates.items() if objective == ENERGY), None)
    measured = {
        CostFactor.LATENCY: _assumption(latency),
        CostFactor.ENERGY: _assumption(energy.absolute or energy) if energy else _unknown_energy(latency),
    }
    assumptions = {**load_preset(preset).assumptions, **measured, **own}
    return CostCase(assumptions, held_evidence(data, candidate), years * _YEAR_MONTHS)


def held_evidence(data: BenchmarkData, candidate: Candidate) -> tuple[EvidenceKind, ...]:
    """What odviz holds of a variant that a compliance document can cite."""
    point, sha256 = candidate.host_point, candidate.result.sha256
    task = data.record.plan.task
    exists = task in TASKS  # an own task may have been deleted since
    reports: tuple[BenchmarkData | None, ...] = (data, None)
    held = {
        EvidenceKind.FILE: bool(sha256),
        EvidenceKind.ACCURACY: candidate.result.accuracy is not None,
        EvidenceKind.GROUPS: bool(data.items.ways) and point in data.predictions,
        EvidenceKind.STRESS: bool(data.stress.get(point)),
        EvidenceKind.DATA: exists and any(data_quality.kept(task, one) for one in reports),
        EvidenceKind.PARITY: exists and bool(parity.kept(point.variant, sha256, point.target.threads)),
    }
    return tuple(kind for kind, is_held in held.items() if is_held)


def _assumption(estimate: Estimate) -> CostAssumption:
    """A time in ms, or an energy in mJ."""
    low, value, high = (end / _MILLI for end in (estimate.low, estimate.centre, estimate.high))
    source = "; ".join(filter(None, (estimate.provenance.value, estimate.scope, estimate.source)))
    return CostAssumption(low, value, high, CostBasis.BENCHMARK, source)


def _unknown_energy(latency: Estimate) -> CostAssumption:
    ends = latency.low, latency.centre, latency.high
    low, value, high = (watt * time / _MILLI for watt, time in zip(_COMPUTING_W, ends, strict=True))
    least, usual, most = _COMPUTING_W
    source = f"energy is not known: {usual:g} W ({least:g} to {most:g}) while it computes are assumed"
    return CostAssumption(low, value, high, CostBasis.ASSUMED, source)
