"""Wording of an analysis, in Markdown: plain words first, the exact term beside them."""

from __future__ import annotations

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import Candidate
from odviz.analysis.limits import held
from odviz.analysis.recommendation import Recommendation, Verdict
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Limits, Objective
from odviz.domain.text import few
from odviz.objectives import LATENCY, MEMORY
from odviz.pareto.choice import keeps
from odviz.report.markdown import plain
from odviz.report.plain_answer import NEXT_STEPS
from odviz.services import naming
from odviz.units import counted, difference, figure, interval, short, times

_EVIDENCE = dict.fromkeys(Provenance, "measurements") | {
    Provenance.OWN: "your own figures",
    Provenance.PUBLISHED: "published figures",
    Provenance.PROJECTED: "projections",
    Provenance.MODELLED: "the ranges",
}
VERDICTS = {
    Verdict.SHIP: "Ship this",
    Verdict.GOOD_CHOICE: "A good choice",
    Verdict.PERHAPS: "Perhaps",
    Verdict.UNKNOWN_TIME: "Speed not known",
    Verdict.NOTHING_FITS: "Nothing fits",
    Verdict.NO_DATA: "Accuracy not known",
}
_MAX_NAMES = 3


def limit_texts(limits: Limits) -> list[str]:
    """Each limit that is set, in short ("≤ 5.00 ms")."""
    return [
        objective.limit.short.format(figure(limit, objective.unit).replace(".0 %", " %"))
        for objective, limit in limits.items()
    ]


def heading(analysis: Analysis) -> str:
    """Title of the recommended variant, or why there is none."""
    recommendation = analysis.recommendation
    return f"**{variant_title(recommendation.candidate)}**" if recommendation else no_recommendation(analysis)


def grounds(analysis: Analysis) -> str:
    """By which rule the variant was chosen and what is lost if it is wrong; or which variant comes nearest."""
    recommendation = analysis.recommendation
    if recommendation is None:
        return near_misses(analysis)
    return f"{reason(recommendation, analysis)} {regret_text(recommendation, analysis)}"


def limits_summary(analysis: Analysis) -> str:
    """How many variants satisfy the limits and fit the device, and which limit binds."""
    variants = counted(len(analysis.candidates), "variant")
    suffix = f" Too large for the device: {analysis.not_fitting}." if analysis.not_fitting else ""
    if analysis.unmeasured:
        were = "was" if analysis.unmeasured == 1 else "were"
        suffix += f" {analysis.unmeasured} more {were} not measured: see “Left out”."
    if not analysis.limits:
        return f"**{variants}**; no limit is set.{suffix}"
    satisfy = "satisfies" if analysis.certain == 1 else "satisfy"
    summary = f"**{analysis.certain} of {variants}** {satisfy} your limits"
    if analysis.possible:
        summary += f" for certain (≥ 95 %), **{analysis.possible}** perhaps"
    unknown = int((analysis.ends.fits & analysis.candidates.unknown).sum())
    summary += f"; for {unknown} it is not known.{suffix}" if unknown else f".{suffix}"
    if analysis.binding and (admits := analysis.binding.admits - unknown) > 0:
        limit = analysis.binding.objective.limit.phrase
        summary += f" The {limit} binds: without it {admits} more would."
    return summary


def no_recommendation(analysis: Analysis) -> str:
    """Why nothing is recommended, as a heading."""
    if not analysis.candidates:
        return "No variant has both an accuracy and a time yet."
    if not analysis.quality.decides:
        return "Without data nothing can be recommended."
    if analysis.not_fitting == len(analysis.candidates):
        return "No variant fits into this device."
    return "No variant satisfies all of your limits."


def near_misses(analysis: Analysis) -> str:
    """Which variant comes nearest to the limits, and the best values that any variant reaches."""
    if not analysis.quality.decides:
        return (
            "How often each variant is right is not known: they were run on random inputs. Their "
            f"{analysis.quality.noun} says how near their outputs are to those of the uncompressed network."
        )
    sentences = []
    nearest, best, limits = analysis.nearest_miss, analysis.best_reached, analysis.limits
    each_reached = all(
        objective in best and keeps(np.array(held(best[objective], objective)), objective, limit)
        for objective, limit in limits.items()
    )
    if len(limits) > 1 and each_reached:
        sentences.append("Each limit alone is satisfied by some variant, but no variant satisfies all.")
    if nearest is not None:
        misses = [f"{objective.noun} is {_miss(nearest, objective, analysis)}" for objective in nearest.violates]
        sentences.append(f"**{variant_title(nearest)}** comes nearest: its {' and its '.join(misses)}.")
    reached = [f"{objective.noun} {short(estimate)}" for objective, estimate in best.items()]
    if reached:
        sentences.append(f"The best values that any variant reaches: {', '.join(reached)}.")
    return " ".join(sentences)


def _miss(candidate: Candidate, objective: Objective, analysis: Analysis) -> str:
    comparison = "less" if objective.higher_is_better else "more"
    limit = figure(analysis.limits[objective], objective.unit)
    estimate = candidate.estimates[objective]
    return f"{short(estimate.absolute or estimate)}, {comparison} than {limit}"


def reason(recommendation: Recommendation, analysis: Analysis) -> str:
    """By which rule the variant was chosen, and which others may be the better choice."""
    among = _restriction(recommendation, analysis)
    quality, cost = analysis.quality, recommendation.cost
    margin = difference(recommendation.margin, quality.unit)
    candidate, best = recommendation.candidate, recommendation.most_accurate
    those = f"those {among}" if among else "all variants"
    if candidate is best:
        text = (
            f"It is {quality.superlative} of {those}, and none within {margin} of it has less {cost.noun} that matters."
        )
    else:
        lost = abs(best.estimates[quality].centre - candidate.estimates[quality].centre)
        text = (
            f"Of {those}, {variant_title(best)} is {quality.superlative} "
            f"({difference(lost, quality.unit)} better). Within "
            f"{margin} of it, none has less {cost.noun} that matters; of those equal in that, this is the most "
            "accurate, or the smallest of equally accurate ones."
        )
    if recommendation.verdict is Verdict.UNKNOWN_TIME:
        text = f"No time is known for this device. {text}"
    if recommendation.rivals:
        titles = [variant_title(rival) for rival in recommendation.rivals]
        named = few(titles, _MAX_NAMES, "; ")
        evidence = _EVIDENCE[candidate.estimates[cost].provenance]
        text += f" As far as {evidence} can tell, these may be the better choice: {named}."
    return text


def _restriction(recommendation: Recommendation, analysis: Analysis) -> str:
    """Which variants were considered, where not all were ("that satisfy your limits")."""
    conditions = ["satisfy your limits"] if analysis.limits else []
    conditions += ["fit the device"] if analysis.not_fitting else []
    cost = recommendation.cost
    if (analysis.ends.fits & ~analysis.ends.known(cost)).any():
        conditions.append(f"have a known {cost.noun}")
    return f"that {' and '.join(conditions)}" if conditions else ""


def caption(candidate: Candidate, objective: Objective, quality: Objective) -> str:
    """The line below a value: what it means, how it compares with the uncompressed network, or its provenance."""
    estimate, latency = candidate.estimates[objective], candidate.result.latency
    if objective == quality:
        return _quality_caption(candidate, quality)
    if estimate.provenance is Provenance.MEASURED:
        if objective == LATENCY and latency and latency.speedup:
            return f"{times(latency.speedup)} the uncompressed speed"
        return objective.caption
    provenance = PROVENANCE_TITLES[estimate.provenance]
    if objective == MEMORY and candidate.on_device:
        return f"{provenance}; {candidate.fit}"
    if estimate.provenance.observed or estimate.mere_range or estimate.vague:  # the value above is its range
        return provenance
    return f"{provenance}, {interval(estimate)}"


def _quality_caption(candidate: Candidate, quality: Objective) -> str:
    accuracy = candidate.result.accuracy
    difference = accuracy.difference if accuracy else None
    parts = [naming.quality(candidate.result.point.variant.task, candidate.estimates[quality].centre)]
    if difference:
        if quality.is_share:
            amount = f"{100 * difference.centre:+z.1f} points"
        else:
            amount = f"{'+' if difference.centre >= 0 else '−'}{figure(abs(difference.centre), quality.unit)}"
        parts.append(f"{amount} to uncompressed".replace("-", "−"))
    return "; ".join(filter(None, parts))


def variant_title(candidate: Candidate) -> str:
    """Title of a variant, escaped for Markdown: recipes and devices may have any name."""
    return plain(naming.point(candidate.result.point))


def regret_text(recommendation: Recommendation, analysis: Analysis) -> str:
    """What is lost if another variant is the right choice, and what would settle it."""
    regret, quality, cost = recommendation.regret, analysis.quality, recommendation.cost
    losses = []
    if regret.quality > 0:
        losses.append(f"{difference(regret.quality, quality.unit)} of {quality.noun}")
    if regret.cost > 0:
        losses.append(f"{figure(regret.cost, cost.unit)} of {cost.noun}")
    if not losses:
        text = "No other variant is the better choice in 95 % of what the data allow."
    else:
        text = f"Even if this is wrong, you lose at most {' or '.join(losses)} (95 %)."
    return " ".join(filter(None, (text, NEXT_STEPS[recommendation.next_step])))
