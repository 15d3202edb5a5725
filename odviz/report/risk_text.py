"""Wording of what could go wrong with a variant, in Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.analysis.candidates import Candidate
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, EstimateKind, Provenance
from odviz.domain.objective import Limits, Objective
from odviz.domain.result import Accuracy, Membership, NoteKind
from odviz.objectives import ENERGY, LATENCY
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.units import change, difference, figure, interval, not_known_yet, percent, short
from odviz.units import estimate as written

_NOTABLE = 0.02
"""Share from which on a loss or a disagreement is mentioned."""

_ROUGH = 3
"""Upper over lower end of a time from which on it is called known roughly only; see `Estimate.vague` for hardly."""

_SLOW_TAIL = 3
"""p99 over p50 from which on the tail is mentioned."""


_OF_RUNS = (NoteKind.RUN_FAILED, NoteKind.ONE_LAUNCH)
"""Notes about the processes that measured a variant on this machine."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that could go wrong, in Markdown.

    Attributes:
        text: in words that need no knowledge of machine learning.
        exact: the same in exact terms; empty if the text says it all.
    """

    text: str
    exact: str = ""


def risks(candidate: Candidate, limits: Limits, quality: Objective) -> list[Risk]:
    """What could go wrong with a variant under these limits."""
    return [
        *_limit_risks(candidate, limits),
        *_accuracy_risks(candidate, quality),
        *_of_runs(candidate),
        *_time_risks(candidate),
        *_missing(candidate),
    ]


def notes(candidate: Candidate) -> list[str]:
    """What was noted when a variant was made, one sentence each."""
    return [plain(note.message) for note in candidate.result.notes if note.kind is NoteKind.COMPRESSION]


def _limit_risks(candidate: Candidate, limits: Limits) -> list[Risk]:
    return [
        _may_break(candidate.estimates[objective], objective, limits[objective])
        for objective in candidate.uncertain
        if objective not in candidate.violates
    ]


def _may_break(estimate: Estimate, objective: Objective, limit: float) -> Risk:
    limit_text = f"{objective.limit.phrase} of {figure(limit, objective.unit)}"
    if estimate.kind is EstimateKind.COMPUTING_ALONE:
        joules = short(estimate.absolute or estimate)
        return Risk(
            f"It is not known whether it satisfies your {limit_text}: {joules} is what computing alone needs, without "
            "the rest of the machine."
        )
    return Risk(f"It may break your {limit_text}: its {objective.noun} is {written(estimate)}.")


def _accuracy_risks(candidate: Candidate, quality: Objective) -> list[Risk]:
    accuracy = candidate.result.accuracy
    if accuracy is None:
        return []
    concerns = []
    if accuracy.difference and quality.is_share:
        worse_end = accuracy.difference.low if quality.higher_is_better else accuracy.difference.high
        loss = quality.sign * worse_end
        if loss > _NOTABLE:
            if quality.counts_right:
                text = f"It may be wrong up to {1000 * loss:.0f} times more in 1,000 than the uncompressed network."
            else:
                points = difference(loss, quality.unit)
                text = f"Its {quality.noun} may be up to {points} worse than that of the uncompressed network."
            concerns.append(Risk(text, f"Difference in {quality.noun}, in points: {change(accuracy.difference)}"))
    if accuracy.agreement and accuracy.agreement.centre < 1 - _NOTABLE:
        concerns.append(
            Risk(
                f"{percent(1 - accuracy.agreement.centre)} of its answers are others than those of the uncompressed "
                "network, better or worse.",
                f"Agreement: {written(accuracy.agreement)}",
            )
        )
    if len(accuracy.groups) > 1:
        concerns.append(Risk(_groups(accuracy, candidate.result.point.variant.task, quality)))
    return concerns


def _groups(accuracy: Accuracy, task: str, quality: Objective) -> str:
    """How much the metric varies between groups of test items."""
    values = sorted((estimate.centre, name) for name, estimate in accuracy.groups.items())
    low, high = (figure(value, quality.unit) for value, _ in (values[0], values[-1]))
    groups = naming.groups(task)
    if naming.has_fixed_groups(task):
        lowest, highest = (plain(name) for _, name in (values[0], values[-1]))
        return f"Its {quality.noun} differs between {groups}: from {low} ({lowest}) to {high} ({highest})."
    return (
        f"Among the {len(values)} {groups} it was tried on, its {quality.noun} varies from {low} to {high}: with "
        "others it may be as far off."
    )


def _of_runs(candidate: Candidate) -> list[Risk]:
    if candidate.on_device:  # its estimates there do not come from these runs
        return []
    return [Risk(plain(note.message)) for note in candidate.result.notes if note.kind in _OF_RUNS]


def _time_risks(candidate: Candidate) -> list[Risk]:
    latency, estimate = candidate.result.latency, candidate.estimates.get(LATENCY)
    concerns = []
    if estimate and estimate.vague:
        concerns.append(Risk("How fast it is is hardly known.", f"Latency: {interval(estimate)}"))
    elif estimate and estimate.high > _ROUGH * estimate.low:
        concerns.append(Risk("How fast it is is known roughly only.", f"Latency: {interval(estimate)}"))
    if latency and latency.noisy:
        concerns.append(Risk("The machine was slowed while it was timed: its time may be off, either way."))
    if latency and latency.p99 is None:
        concerns.append(
            Risk("How slow its slowest answers are is not known.", f"p99: {not_known_yet(latency.needs['p99'])}")
        )
    elif latency and latency.p99 and latency.p99.centre > _SLOW_TAIL * latency.p50.centre:
        concerns.append(Risk(f"One time in a hundred it takes {figure(latency.p99.centre, 's')} or longer.", "p99"))
    if candidate.membership.get(LATENCY) is Membership.AMBIGUOUS:
        probability = percent(candidate.probability[LATENCY])
        concerns.append(
            Risk(
                "Another variant may be both faster and more accurate.",
                f"On the front of accuracy against latency in {probability} of the resamples",
            )
        )
    return concerns


def _missing(candidate: Candidate) -> list[Risk]:
    concerns = [
        Risk(f"Not known: its {objective.noun}.", plain(reason)) for objective, reason in candidate.missing.items()
    ]
    if candidate.fit is Fit.TIGHT:
        concerns.append(
            Risk("It fits into the device's memory only tightly: little is left for the program around it.")
        )
    energy = candidate.estimates.get(ENERGY)
    if energy and energy.provenance is Provenance.MODELLED:
        concerns.append(Risk("How much energy it needs was not measured.", _modelled(candidate, energy)))
    return concerns


def _modelled(candidate: Candidate, energy: Estimate) -> str:
    """Why an energy is only a range, and what it is good for."""
    if energy.kind is not EstimateKind.COMPUTING_ALONE:
        return (
            "Its power was not measured: its energy is a range, its time × a power between that of the device at rest "
            "and at full load (modelled)."
        )
    why = "no power × time is known for it" if candidate.on_device else "no energy meter can be read here"
    known = "a ratio" if energy.absolute else "a range"
    return (
        f"Its energy is only {known} from first principles (modelled), because {why}: computing and moving data alone, "
        "without what the rest of the machine needs. It compares variants and promises no battery life."
    )
