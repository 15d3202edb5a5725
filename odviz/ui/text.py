"""Sentences of the page, in Markdown: plain words, with the exact term beside them."""

from __future__ import annotations

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import OWN_FAULT, Candidate
from odviz.analysis.limits import held
from odviz.analysis.recommendation import Recommendation
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, EstimateKind, Provenance
from odviz.domain.objective import Limits, Objective
from odviz.domain.result import Accuracy, BenchmarkResult, Membership, NoteKind, State
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE
from odviz.pareto import keeps
from odviz.services import naming
from odviz.ui.markup import plain
from odviz.units import counted, figure, percent, short, times

STATES = {
    State.QUEUED: "waiting",
    State.RUNNING: "running",
    State.DONE: "finished",
    State.FAILED: "failed",
    State.CANCELLED: "stopped",
}
"""Where a benchmark stands, as people read it."""

_LEAST = {
    LATENCY: ("the fastest", "be just as fast"),
    MEMORY: ("the one that needs least memory", "need as little"),
    SIZE: ("the smallest file", "be just as small"),
}
_KNOWN = dict.fromkeys(Provenance, "what was measured tells") | {
    Provenance.OWN: "your own figures tell",
    Provenance.PUBLISHED: "what was published tells",
    Provenance.PROJECTED: "projections tell",
    Provenance.MODELLED: "the ranges tell",
}
_SURE_ENOUGH = 0.02
_VAGUE = 3.0
_MOST_NAMED = 3
_SHORT_OF = 1.5
"""Times what was asked: so vague that a person should know."""


def duration(seconds: float) -> str:
    """A time as people say it ("about 40 seconds", "about 3 minutes")."""
    if seconds < 90:
        return f"{max(5, round(seconds / 5) * 5)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def between(ends: tuple[float, float]) -> str:
    """A stretch of time ("20 to 40 seconds", "about 2 minutes")."""
    low, high = map(duration, ends)
    if low == high:
        return f"about {high}"
    same = low.split()[1] == high.split()[1]
    return f"{low.split()[0]} to {high}" if same else f"{low} to {high}"


def satisfying(analysis: Analysis) -> str:
    """How many variants keep the limits and fit, and which limit binds."""
    every = len(analysis.candidates)
    unfit = f" Too large for the device: {analysis.not_fitting}." if analysis.not_fitting else ""
    if analysis.unmeasured:
        unfit += (
            f" {analysis.unmeasured} more {'was' if analysis.unmeasured == 1 else 'were'} not measured: see “Left out”."
        )
    if analysis.limits == Limits():
        return f"**{counted(every, 'variant')}**; no limit is set.{unfit}"
    perhaps = analysis.possible
    sentence = f"**{analysis.certain} of {counted(every, 'variant')}** satisfy your limits"
    if perhaps:
        sentence += f" for certain, **{perhaps}** perhaps: a limit lies within what they may need"
    sentence += f".{unfit}"
    if analysis.binding:
        name, admits = analysis.binding.objective.limit.phrase, analysis.binding.admits
        sentence += f" The {name} binds: without it {admits} more would."
    return sentence


def no_answer(analysis: Analysis) -> str:
    """Why nothing is recommended, in one sentence."""
    if not analysis.candidates:
        return "No variant has both an accuracy and a time yet."
    if analysis.not_fitting == len(analysis.candidates):
        return "No variant fits into this device."
    if analysis.satisfying:
        return "The variants whose time is known do not keep all of your limits, or do not fit."
    return "No variant keeps all of your limits."


def miss(analysis: Analysis) -> str:
    """Where nothing keeps the limits: what comes nearest, and what can be reached at all; empty where none is set."""
    said = []
    near, best = analysis.nearest_miss, analysis.best_reached
    limits = analysis.limits
    kept = all(each in best and keeps(np.array(held(best[each], each)), each, limit) for each, limit in limits.items())
    if len(limits) > 1 and kept and not analysis.satisfying:
        said.append("Each limit alone is kept by some variant; together they leave none.")
    if near is not None:
        over = [f"{title(each).lower()} is {_against(near, each, analysis.limits)}" for each in near.violates]
        said.append(f"**{_name(near)}** comes nearest: its {' and its '.join(over)}.")
    reached = [f"{title(each).lower()} {short(known)}" for each, known in best.items()]
    if reached:
        said.append(f"The best of each that any variant reaches: {', '.join(reached)}.")
    return " ".join(said)


def _against(candidate: Candidate, objective: Objective, limits: Limits) -> str:
    word = "less" if objective.higher_is_better else "more"
    return f"{short(candidate.estimates[objective])}, {word} than {figure(limits[objective], objective.unit)}"


def headline(advice: Recommendation) -> str:
    """What to ship, in one sentence."""
    time = advice.candidate.estimates.get(LATENCY)
    if time is not None and vague(time):
        return f"Perhaps **{_name(advice.candidate)}**: its time is hardly known."
    sure = advice.sure and not advice.candidate.uncertain and not advice.unknown
    return f"{'Ship' if sure else 'A good choice is'} **{_name(advice.candidate)}**."


def vague(known: Estimate) -> bool:
    """Whether a figure is known so roughly that nobody should choose by it."""
    return known.low <= 0 or known.high > _VAGUE * known.low


def why(advice: Recommendation, analysis: Analysis) -> str:
    """By which rule it was chosen, and how sure that is."""
    among = _among(advice, analysis)
    margin = f"{100 * advice.margin:g} point{'' if advice.margin == 0.01 else 's'}"
    least, what = _LEAST[advice.cost]
    if advice.candidate is advice.most_accurate:
        rule = f"It is the most accurate variant{among and f' of those {among}'}, and {least} within {margin} of that."
    else:
        lost = 100 * (_accuracy(advice.most_accurate).centre - _accuracy(advice.candidate).centre)
        rule = (
            f"It is {least} of those {among and f'{among} and '}whose accuracy is within {margin} of the best "
            f"({_name(advice.most_accurate)}, {lost:.1f} more)."
        )
    if advice.cost != LATENCY:
        rule = f"No time can be backed for this device. {rule}"
    if advice.rivals:
        names = [_name(each) for each in advice.rivals]
        shown = "; ".join(names[:_MOST_NAMED]) + (
            f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        )
        known = _KNOWN[advice.candidate.estimates[advice.cost].provenance]
        rule += f" As far as {known}, these may {what}: {shown}."
    return rule


def _among(advice: Recommendation, analysis: Analysis) -> str:
    """Which variants were asked, where not all can be recommended ("that keep your limits")."""
    wanted = ["keep your limits"] if analysis.limits != Limits() else []
    wanted += ["fit the device"] if analysis.not_fitting else []
    if any(each.feasible and advice.cost not in each.estimates for each in analysis.candidates):
        wanted.append(f"have a known {title(advice.cost).lower()}")
    return f"that {' and '.join(wanted)}" if wanted else ""


def risks(candidate: Candidate, limits: Limits) -> list[str]:
    """What could go wrong with a variant under these limits, one sentence each."""
    accuracy, latency = candidate.result.accuracy, candidate.result.latency
    found = [_may_break(candidate, each, limits) for each in candidate.uncertain if each not in candidate.violates]
    if accuracy and accuracy.difference and accuracy.difference.low < -_SURE_ENOUGH:
        found.append(
            f"It may lose up to {-100 * accuracy.difference.low:.1f} points of accuracy against the uncompressed "
            "network."
        )
    if accuracy and accuracy.agreement and accuracy.agreement.centre < 1 - _SURE_ENOUGH:
        found.append(
            f"It answers {percent(1 - accuracy.agreement.centre)} of the questions differently from the uncompressed "
            "network, for better or worse (agreement)."
        )
    if accuracy and len(accuracy.groups) > 1:
        found.append(_apart(accuracy, naming.groups(candidate.result.point.variant.task)))
    if not candidate.on_device:  # elsewhere its figures are not from those runs
        found += [plain(note.message) for note in candidate.result.notes if note.kind is NoteKind.RUN_FAILED]
    time = candidate.estimates.get(LATENCY)
    if time and vague(time):
        found.append(
            f"Its time is only known to lie between {figure(time.low, 's')} and {figure(time.high, 's')}: too vague to "
            "choose by."
        )
    if latency and latency.noisy:
        found.append("Something else was running while it was timed: its time may be overstated.")
    if latency and latency.p99.centre > 3 * latency.p50.centre:
        found.append(f"One time in a hundred it takes {figure(latency.p99.centre, 's')} or longer (p99).")
    if candidate.fit is Fit.TIGHT:
        found.append("It fits into the device's memory only tightly: little is left for the program around it.")
    found += [f"{title(objective)}: {plain(reason)}" for objective, reason in candidate.missing.items()]
    energy = candidate.estimates.get(ENERGY)
    if energy and energy.provenance is Provenance.MODELLED:
        found.append(_modelled(candidate, energy))
    if candidate.membership.get(LATENCY) is Membership.AMBIGUOUS:
        found.append(
            f"Whether something else is both faster and more accurate is not certain (on the front in "
            f"{percent(candidate.probability[LATENCY])} of the resamples)."
        )
    return found


def _apart(accuracy: Accuracy, groups: str) -> str:
    """How far those whom the questions come from lie apart, which an interval over questions cannot say."""
    shares = sorted(each.centre for each in accuracy.groups.values())
    return (
        f"Its accuracy was found with {len(shares)} {groups}, between {percent(shares[0])} and {percent(shares[-1])} "
        "right for each: others may lie as far off, and further than its interval says."
    )


def _modelled(candidate: Candidate, energy: Estimate) -> str:
    """Why an energy is a range, and what it is good for."""
    if energy.kind is not EstimateKind.COMPUTING_ALONE:
        return (
            "No power was measured for this way to run it: its energy is a range, its time × a power between that of "
            "the device at rest and at full load (modelled)."
        )
    why = "no power × time is known for it" if candidate.on_device else "no energy meter can be read here"
    return (
        f"Its energy is a range from first principles (modelled), because {why}: computing and moving data alone, "
        "without what the rest of the machine takes. It compares variants and promises no battery life."
    )


def _may_break(candidate: Candidate, objective: Objective, limits: Limits) -> str:
    limit, known = limits[objective], candidate.estimates[objective]
    if known.kind is EstimateKind.COMPUTING_ALONE:
        return (
            f"Whether it keeps your {objective.limit.phrase} of {figure(limit, objective.unit)} is not known: "
            f"{short(known)} is what computing alone takes, without the rest of the machine."
        )
    low, high = figure(known.low, objective.unit), figure(known.high, objective.unit)
    broken = f"{objective.limit.phrase} of {figure(limit, objective.unit)}"
    return f"It may break your {broken}: its {title(objective).lower()} lies between {low} and {high}."


def notes(candidate: Candidate) -> list[str]:
    """What was noted as a variant was made, one sentence each."""
    return [plain(note.message) for note in candidate.result.notes if note.kind is NoteKind.COMPRESSION]


def failed_variants(result: BenchmarkResult) -> str:
    """How many variants were not measured although they could have been, and why the first of them: a sentence."""
    out = [each for each in result.points if each.failure and each.failure.kind not in OWN_FAULT]
    hurt = sum(any(note.kind is NoteKind.RUN_FAILED for note in point.notes) for point in result.points)
    if result.failure or not (out or hurt):
        return ""
    if not out:
        return f"Runs of {counted(hurt, 'variant')} ended badly; their figures are from the others."
    first = out[0].failure.reason if out[0].failure else ""
    return f"{len(out)} of {counted(len(result.points), 'variant')} could not be measured: {plain(first)}"


def imprecise_times(result: BenchmarkResult) -> str:
    """Where the time was up long before times were known as well as was asked: a sentence; else empty."""
    widths = sorted(each.latency.p50.relative_half_width for each in result.points if each.latency)
    asked = result.plan.effort.confidence
    if not widths or widths[len(widths) // 2] <= _SHORT_OF * asked:
        return ""
    return (
        f"The time was up before times were known as well as asked (± {percent(asked)}): half of the medians (p50) are "
        f"known to ± {percent(widths[len(widths) // 2])} or better, the least known one to ± {percent(widths[-1])}. "
        "Going on narrows them."
    )


def wrong_of_hundred(accuracy: Estimate) -> str:
    """Accuracy as people meet it."""
    wrong = 100 * (1 - accuracy.centre)
    return f"about {wrong:.0f} of 100 answers are wrong" if wrong >= 1.5 else "about 1 of 100 answers is wrong or fewer"


def beside(candidate: Candidate, objective: Objective) -> str:
    """What is said under a figure: what it is a figure of, and how it is known where it was not measured."""
    known, latency = candidate.estimates[objective], candidate.result.latency
    if objective == ACCURACY:
        difference = candidate.result.accuracy.difference if candidate.result.accuracy else None
        more = f"; {100 * difference.centre:+.1f} points to uncompressed".replace("-", "−") if difference else ""
        return wrong_of_hundred(known) + more
    if objective == MEMORY and candidate.on_device:
        return f"{PROVENANCE_TITLES[known.provenance]}; {candidate.fit}"
    if not known.provenance.observed and objective != MEMORY:
        low, high = figure(known.low, known.unit), figure(known.high, known.unit)
        return PROVENANCE_TITLES[known.provenance] + (f", {low} to {high}" if known.value is not None else "")
    if objective == LATENCY:
        if known.provenance is not Provenance.MEASURED:
            return PROVENANCE_TITLES[known.provenance]
        return faster(latency.speedup) if latency and latency.speedup else "for one answer (p50)"
    return {MEMORY: "while it runs (peak)", ENERGY: "for one answer"}.get(objective, "to download")


def faster(speedup: Estimate) -> str:
    """A speed-up against the uncompressed parent."""
    return f"{times(speedup)} the uncompressed speed"


def title(objective: Objective) -> str:
    """What an objective == called."""
    return objective.title


def _name(candidate: Candidate) -> str:
    """What a variant is called, where Markdown is read: a device or a recipe may be named by anybody."""
    return plain(naming.point(candidate.result.point))


def _accuracy(candidate: Candidate) -> Estimate:
    return candidate.estimates[ACCURACY]
