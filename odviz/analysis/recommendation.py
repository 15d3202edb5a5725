"""The recommendation: the variant to ship, how sure that is, and what is lost if it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial

import numpy as np

from odviz.analysis.candidates import Candidate
from odviz.analysis.limits import SURE, Marked, Mask, better_end, centre, satisfied, worse_end
from odviz.analysis.replicates import Draws
from odviz.arrays import Floats
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Limits, Objective
from odviz.objectives import LATENCY, MEMORY, SIZE
from odviz.pareto.decision import MATTERS, Options, decide

MARGIN = 0.01
"""Default of the margin: how much less accurate the recommended variant may be than the most accurate one.

A margin is absolute for a metric that is a share (1 point), else a share of the best value (1 %).
"""

COSTS = (LATENCY, MEMORY, SIZE)
"""What the recommended variant has least of: the first of these of which there is an estimate."""

FAR_BELOW = 1 / 5
"""Share of a limit below which a cost is far below it: less of it is worth nothing."""

_SERIOUS = 1 / 2
"""Share of the margin from which on a loss of quality matters."""

_AS_LIKELY = 0.1
"""Difference of two chances of satisfying the limits up to which they count as equal."""

_RIVAL = 0.05
"""Share of the replicates from which on another variant may be the better choice."""


_MANY = 120
"""Variants of which all replicates are drawn."""


class Verdict(StrEnum):
    """What is said of the recommended variant; the rule is in docs/architecture.md."""

    SHIP = "ship"
    GOOD_CHOICE = "good-choice"
    PERHAPS = "perhaps"
    NOTHING_FITS = "nothing-fits"
    NO_DATA = "no-data"
    UNKNOWN_TIME = "unknown-time"


class NextStep(StrEnum):
    """The measurement that would settle what is not sure."""

    NONE = "none"
    MEASURE_LONGER = "measure-longer"
    MEASURE_ON_DEVICE = "measure-on-device"
    MEASURE_REST = "measure-rest"
    MORE_ITEMS = "more-items"


@dataclass(frozen=True, slots=True)
class Regret:
    """What is lost if the recommendation is wrong, in all but 5 % of the bootstrap replicates.

    Attributes:
        quality: how much better another variant would have been, in the unit of the metric; at least 0.
        cost: how much cheaper another variant would have been, in the unit of the cost; at least 0.
        ratio: the same as a ratio of the costs; at least 1.
        right: share of the replicates in which the recommended variant is the one to choose, or counts as
            equal to it.
    """

    quality: float
    cost: float
    ratio: float
    right: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The variant to ship.

    Attributes:
        verdict: how sure that is.
        candidate: the recommended variant.
        most_accurate: the most accurate variant of those it was chosen from; may be the same.
        rivals: other variants that may be the better choice, the likeliest first.
        rows: of the recommended variant, then of the rivals, among the candidates.
        margin: how much worse than the most accurate one it may be, in the unit of the metric.
        regret: what is lost if it is wrong.
        next_step: what would settle it.
        cost: the objective that was minimised.
        unknown: number of variants that might be better, but whose time is unknown: within the limits and the margin,
            or never measured.
        timed: where its time is unknown, the best of the variants whose times are known, if there are any.
    """

    verdict: Verdict
    candidate: Candidate
    most_accurate: Candidate
    rivals: tuple[Candidate, ...]
    rows: tuple[int, ...]
    margin: float
    regret: Regret
    next_step: NextStep
    cost: Objective = LATENCY
    unknown: int = 0
    timed: Candidate | None = None


@dataclass(frozen=True, slots=True)
class _Problem:
    """Which variants there are to choose from, and by what."""

    candidates: Marked
    quality: Objective
    draw: Draws
    limits: Limits
    margin: float
    unmeasured: int

    def goodness(self, rows: Sequence[int]) -> Floats:
        values: Floats = -self.quality.sign * self.candidates.ends.of(self.quality, centre)[np.asarray(rows, int)]
        return values

    def sizes(self, rows: Sequence[int]) -> Floats:
        """File sizes; infinite where unknown."""
        sizes: Floats = np.nan_to_num(self.candidates.ends.of(SIZE, centre)[np.asarray(rows, int)], nan=np.inf)
        return sizes

    def floor(self, cost: Objective) -> float:
        """The cost far below its limit; 0 without a limit."""
        return FAR_BELOW * self.limits.get(cost, 0.0)

    def points(self, best: float) -> float:
        """The margin in the unit of the metric."""
        return self.margin if self.quality.is_share else self.margin * abs(best)


def recommend(
    candidates: Marked,
    quality: Objective,
    draw: Draws,
    limits: Limits,
    margin: float = MARGIN,
    unmeasured: int = 0,
) -> Recommendation | None:
    """Choose the fastest variant that satisfies the limits and is at most `margin` less accurate than the best one.

    A variant satisfies the limits if it does so in 95 % of the replicates. Times that cannot be told apart, or that
    differ by less than 10 %, or are both far below the deadline, count as equal; of equally fast variants the more
    accurate is chosen, of equally accurate ones the smaller, then the one made in fewer steps, then the faster. See
    `pareto.decision.decide`.

    If the time of every variant that is accurate enough is unknown, memory takes its place, then file size.

    Args:
        candidates: under the limits.
        quality: the objective that the margin is for.
        draw: replicates of the candidates.
        limits: those that are set.
        margin: how much quality may be given away; see `MARGIN`.
        unmeasured: number of variants that were not measured for reasons that say nothing of them.

    Returns:
        None if no variant satisfies the limits and fits, not even perhaps.
    """
    problem = _Problem(candidates, quality, draw, limits, margin, unmeasured)
    is_timed, chances = candidates.ends.known(LATENCY), candidates.chances
    sure = np.flatnonzero(is_timed & (chances >= SURE)).tolist()
    perhaps = np.flatnonzero(is_timed & (chances > 1 - SURE) & (chances < SURE)).tolist()
    untimed = np.flatnonzero(_only_their_times_are_unknown(candidates)).tolist()
    best = max(problem.goodness([*sure, *untimed]), default=-np.inf)
    if (problem.goodness(sure) >= best - problem.points(best)).any():
        return _choose(problem, LATENCY, sure, [*sure, *perhaps], untimed)
    timeless = replace(problem, limits=Limits({one: limit for one, limit in limits.items() if one != LATENCY}))
    for cost in COSTS[1:]:
        is_known = candidates.ends.known(cost)
        rows = [row for row in (*sure, *untimed) if is_known[row]]
        if untimed and rows:
            choice = _choose(timeless, cost, rows, rows, untimed, Verdict.UNKNOWN_TIME)
            return replace(choice, timed=_choose(problem, LATENCY, sure, sure, ()).candidate if sure else None)
    if perhaps:
        most = max(chances[perhaps])
        likely = [row for row in perhaps if chances[row] >= most - _AS_LIKELY]
        return _choose(problem, LATENCY, likely, perhaps, untimed, Verdict.PERHAPS)
    return None


def _only_their_times_are_unknown(candidates: Marked) -> Mask:
    """For which candidates nothing but a time is missing for them to be chosen."""
    satisfied = [~mask for objective, mask in candidates.violated.items() if objective != LATENCY]
    mask: Mask = np.logical_and.reduce([~candidates.ends.known(LATENCY), candidates.ends.fits, *satisfied])
    return mask


def _choose(
    problem: _Problem,
    cost: Objective,
    eligible: Sequence[int],
    rows: Sequence[int],
    untimed: Sequence[int],
    verdict: Verdict | None = None,
) -> Recommendation:
    """Choose one of the eligible rows, with what may be lost against any of the rows.

    Variants whose time is unknown may be better where they are within the margin, or, if the chosen one is so far below
    the deadline that a time can make none better, where they are more accurate by what matters.
    """
    rows = _within_reach(problem, rows, eligible, cost)
    options = _options(problem, cost, rows)
    goodness = problem.goodness(rows)
    decision = decide(options, goodness, np.isin(rows, eligible))
    candidates = [problem.candidates[row] for row in rows]
    chosen = candidates[decision.chosen]
    order = np.argsort(-decision.shares, kind="stable")
    rivals = [place for place in order if place != decision.chosen and decision.shares[place] >= _RIVAL]
    regret = Regret(decision.lost_goodness, decision.lost_cost, decision.lost_ratio, decision.right)
    far_below = bool((options.cost[:, decision.chosen] <= options.floor).mean() >= SURE)
    least = goodness[decision.chosen] + _SERIOUS * options.margin if far_below else goodness.max() - options.margin
    unknown = problem.unmeasured + int((problem.goodness(untimed) >= least).sum())
    serious = regret.quality > _SERIOUS * options.margin or regret.ratio > MATTERS
    verdict = verdict or (Verdict.GOOD_CHOICE if serious or unknown else Verdict.SHIP)
    return Recommendation(
        verdict=verdict,
        candidate=chosen,
        most_accurate=candidates[decision.best],
        rivals=tuple(candidates[place] for place in rivals),
        rows=tuple(rows[place] for place in (decision.chosen, *rivals)),
        margin=options.margin,
        regret=regret,
        next_step=_next_step(chosen, verdict, regret, cost, problem.unmeasured),
        cost=cost,
        unknown=unknown,
    )


def _within_reach(problem: _Problem, rows: Sequence[int], eligible: Sequence[int], cost: Objective) -> list[int]:
    """Rows that may be the one to choose: replicates of the others are not needed.

    Their quality may be within the margin of the best eligible one. Of very many, the cheapest, the best and the
    smallest of the best that are eligible are enough.
    """
    ends, sign = problem.candidates.ends, -problem.quality.sign
    best = float((sign * ends.of(problem.quality, worse_end)[np.asarray(eligible)]).max())
    within = sign * ends.of(problem.quality, better_end)[np.asarray(rows)] >= best - problem.points(best)
    reach: list[int] = np.asarray(rows)[within].tolist()
    if len(reach) <= _MANY:
        return reach
    may_be_chosen = set(eligible)
    reach = [row for row in reach if row in may_be_chosen]
    goodness, size = problem.goodness(reach), problem.sizes(reach)
    price = np.maximum(ends.of(cost, centre)[reach], problem.floor(cost))
    as_good = goodness >= goodness.max() - problem.points(best)
    orders = np.lexsort((size, price)), np.lexsort((size, -goodness)), np.lexsort((price, size, ~as_good))
    return sorted({reach[place] for order in orders for place in order[: _MANY // len(orders)]})


def _options(problem: _Problem, cost: Objective, rows: Sequence[int]) -> Options:
    candidates = [problem.candidates[row] for row in rows]
    size = problem.sizes(rows)
    steps = np.array([len(candidate.result.point.variant.recipe.steps) for candidate in candidates])
    draw = cache(partial(problem.draw, rows=rows))
    best = float(problem.goodness(rows).max())
    costs = draw(cost)
    return Options(
        goodness=-problem.quality.sign * draw(problem.quality),
        cost=costs,
        allowed=satisfied(candidates, problem.limits, draw),
        order=np.lexsort((np.median(costs, axis=0), steps, size)).argsort(),
        observed=np.array([candidate.estimates[cost].provenance.observed for candidate in candidates]),
        margin=problem.points(best),
        floor=problem.floor(cost),
    )


def _next_step(chosen: Candidate, verdict: Verdict, regret: Regret, cost: Objective, unmeasured: int) -> NextStep:
    """The measurement that would narrow what decides: what was not measured, the cost, or else the accuracy."""
    if verdict is Verdict.SHIP:
        return NextStep.NONE
    if verdict is Verdict.GOOD_CHOICE and unmeasured:
        return NextStep.MEASURE_REST
    if verdict is Verdict.GOOD_CHOICE and regret.ratio <= MATTERS and regret.quality > 0:
        return NextStep.MORE_ITEMS
    here = verdict is not Verdict.UNKNOWN_TIME and chosen.estimates[cost].provenance is Provenance.MEASURED
    return NextStep.MEASURE_LONGER if here else NextStep.MEASURE_ON_DEVICE
