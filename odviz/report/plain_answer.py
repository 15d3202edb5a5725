"""The recommendation as questions and answers in plain words, each with the exact terms beside it."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import Candidate
from odviz.analysis.limits import SURE
from odviz.analysis.recommendation import NextStep, Recommendation
from odviz.charts.text import with_origin
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, EstimateKind
from odviz.domain.objective import Objective
from odviz.domain.text import capital
from odviz.objectives import ENERGY, LATENCY, MEMORY, SIZE
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.tasks import TASKS
from odviz.units import difference, digits, figure, short

_PER = 1000
"""Answers of which wrong ones are counted: enough to tell 93.3 from 92.9 %."""

_LEAST_SHARE = 0.0005
"""Difference of shares that is not written as 0.0 points."""

_SLOW = 1.0
"""Seconds from which on a time is written, not how many answers fit into a second."""

NEXT_STEPS = {
    NextStep.NONE: "",
    NextStep.MEASURE_LONGER: "Measuring longer on this computer would settle it.",
    NextStep.MEASURE_ON_DEVICE: "A measurement on the device itself would settle it.",
    NextStep.MEASURE_REST: "Measuring the variants that were left out would settle it.",
    NextStep.MORE_ITEMS: "Trying it on more examples would settle it.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One question that an owner asks, in Markdown.

    Attributes:
        question: such as "Will it cope?".
        answer: in words that need no knowledge of machine learning.
        exact: the same in exact terms; empty if the answer says it all.
    """

    question: str
    answer: str
    exact: str = ""


def plain_answer(recommendation: Recommendation, analysis: Analysis) -> list[Line]:
    """What an owner wants to know of the recommended variant."""
    candidate = recommendation.candidate
    lines = (
        _copes(recommendation, analysis),
        _wrong(candidate, analysis.quality),
        _room(candidate),
        _battery(candidate, analysis),
        _price(analysis),
        _knowledge(candidate),
        _regret(recommendation, analysis.quality),
    )
    return [line for line in lines if line is not None]


def _copes(recommendation: Recommendation, analysis: Analysis) -> Line:
    question, candidate = "Will it cope?", recommendation.candidate
    time, limit = candidate.estimates.get(LATENCY), analysis.limits.get(LATENCY)
    if time is None:
        answer = "Not known: how fast it is there has not been measured."
        if timed := recommendation.timed:
            answer += f" {plain(naming.variant(timed.result.point))} is known to cope, but is less accurate."
        return Line(question, answer, _reason(candidate, LATENCY))
    exact = f"Latency: {with_origin(time)}"
    origin = "" if time.provenance.observed else " (worked out, not measured there)"
    if limit is None:
        return Line(question, _sentence(f"{_pace(time)}{origin}"), exact)
    doubtful = LATENCY in candidate.uncertain and candidate.chance < SURE
    word = "Perhaps" if doubtful else "No" if LATENCY in candidate.violates else "Yes"
    if limit <= _SLOW:
        need = f"where you need {_rounded(1 / limit)}"
        return Line(question, f"{word}: {_pace(time)}{origin}, {need}.", f"{exact}; deadline {figure(limit, 's')}")
    return Line(question, f"{word}: {_duration(time)} an answer{origin}, where {figure(limit, 's')} will do.", exact)


def _pace(time: Estimate) -> str:
    """How many answers a second, or how long one takes."""
    if time.centre >= _SLOW:
        return f"{_duration(time)} an answer"
    if time.vague or time.mere_range:
        return f"between {_rounded(1 / time.high)} and {_rounded(1 / time.low)} answers a second"
    return f"about {_rounded(1 / time.centre)} answers a second"


def _duration(time: Estimate) -> str:
    return short(time) if time.vague or time.mere_range else f"about {figure(time.centre, 's')}"


def _wrong(candidate: Candidate, quality: Objective) -> Line:
    value, accuracy = candidate.estimates[quality], candidate.result.accuracy
    exact = f"{quality.title}: {with_origin(value)}"
    if not quality.counts_right:
        meaning = naming.quality(candidate.result.point.variant.task, value.centre)
        figures = f"{quality.title} {figure(value.centre, quality.unit)}"
        return Line("How good is it?", f"{': '.join(filter(None, (figures, meaning)))}.", exact)
    wrong = _wrong_of(value.centre)
    answer = f"About {wrong} times in {_PER:,}"
    if accuracy and accuracy.difference:
        before = _wrong_of(value.centre - accuracy.difference.centre)
        answer += ", as often as uncompressed" if before == wrong else f"; uncompressed {before} times"
    return Line("How often is it wrong?", f"{answer}.", exact)


def _wrong_of(share: float) -> str:
    return f"{_PER * (1 - share):,.0f}"


def _room(candidate: Candidate) -> Line | None:
    size, memory = candidate.estimates.get(SIZE), candidate.estimates.get(MEMORY)
    parts = [f"a file of {short(size)}"] if size else []
    parts += [f"{short(memory)} of memory while it runs"] if memory else []
    if not parts:
        return None
    tight = ". It fits only tightly" if candidate.fit is Fit.TIGHT else ""
    exact = f"Memory: {with_origin(memory)}" if memory else _reason(candidate, MEMORY)
    return Line("How much room does it take?", _sentence(f"{' and '.join(parts)}{tight}"), exact)


def _battery(candidate: Candidate, analysis: Analysis) -> Line | None:
    """How many answers a full battery is good for, where the device has one."""
    battery = analysis.device and analysis.device.facts.get("battery_j")
    if not battery:
        return None
    question, energy = "How long does the battery last?", candidate.estimates.get(ENERGY)
    if energy is None or energy.kind is EstimateKind.COMPUTING_ALONE:
        return Line(question, "Not known: how much power it draws there has not been measured.")
    fewest, most = battery.value / energy.high, battery.value / energy.low
    several = energy.mere_range or energy.vague
    charge = (
        f"{_rounded(fewest)} to {_rounded(most)}" if several else f"about {_rounded(battery.value / energy.centre)}"
    )
    return Line(question, _sentence(f"{charge} answers on one charge"), f"Energy: {with_origin(energy)}")


def _price(analysis: Analysis) -> Line | None:
    price = analysis.device and analysis.device.facts.get("price_usd")
    if not price:
        return None
    return Line("What does the device cost?", f"{price.value:,.4g} US dollars when it came out.", plain(price.source))


def _knowledge(candidate: Candidate) -> Line | None:
    """What the model was trained on: the commonest way for it to disappoint."""
    task = candidate.result.point.variant.task
    return Line("What does it know?", TASKS[task].knows) if task in TASKS and TASKS[task].knows else None


def _regret(recommendation: Recommendation, quality: Objective) -> Line:
    """What is lost if another variant is the right choice, and what would settle it."""
    regret, cost = recommendation.regret, recommendation.cost
    losses: list[str] = []
    if quality.counts_right and round(_PER * regret.quality):
        losses.append(f"{_PER * regret.quality:.0f} right answers in {_PER:,}")
    elif not quality.counts_right and regret.quality > (_LEAST_SHARE if quality.is_share else 0):
        losses.append(f"{difference(regret.quality, quality.unit)} of {quality.noun}")
    if regret.cost > 0:
        per = " an answer" if cost == LATENCY else f" of {cost.noun}"
        losses.append(f"{figure(regret.cost, cost.unit)}{per}")
    answer = f"You lose at most {' or '.join(losses)}." if losses else "You lose nothing that matters."
    if recommendation.unknown:
        are = "is one" if recommendation.unknown == 1 else f"are {recommendation.unknown}"
        answer += f" But there {are} whose speed is not known."
    exact = f"In 95 % of the resamples; it is as good as the best choice in {100 * regret.right:.0f} % of them"
    if recommendation.rivals:
        rivals = (plain(naming.point(candidate.result.point)) for candidate in recommendation.rivals[:3])
        exact += f". Others that may be: {'; '.join(rivals)}"
    return Line(
        "And if another was better?", " ".join(filter(None, (answer, NEXT_STEPS[recommendation.next_step]))), exact
    )


def _reason(candidate: Candidate, objective: Objective) -> str:
    return plain(candidate.missing.get(objective, ""))


def _sentence(text: str) -> str:
    return f"{capital(text)}."


def _rounded(number: float) -> str:
    """Two significant digits, with thousands apart ("4,000")."""
    if number < 100:
        return digits(number, 2).rstrip("0").rstrip(".") if number < 10 else f"{number:.0f}"
    return f"{float(f'{number:.2g}'):,.0f}"
