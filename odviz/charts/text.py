"""What charts say of a point, and how their axes are named."""

from __future__ import annotations

import textwrap
from html import escape

from odviz.analysis.candidates import Candidate
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.objectives import SIZE, objectives
from odviz.units import change, estimate, percent

PROVENANCE_TITLES = {
    Provenance.MEASURED: "measured here",
    Provenance.BROWSER: "measured in a browser",
    Provenance.OWN: "your own figure",
    Provenance.PUBLISHED: "published",
    Provenance.PROJECTED: "projected",
    Provenance.MODELLED: "modelled range",
}
"""Provenances as people read them."""


_HOVER_WIDE = 48
"""Characters in a line of a hover box, which does not wrap by itself: as many as a phone has room for."""


def hover(candidate: Candidate, label: str) -> str:
    """Everything about one point, as the lines of a plotly hover box."""
    head, *rest = ([escape(part) for part in textwrap.wrap(line, _HOVER_WIDE)] for line in lines(candidate, label))
    return "<br>".join([*(f"<b>{part}</b>" for part in head), *(part for line in rest for part in line)])


def lines(candidate: Candidate, label: str) -> list[str]:
    """Everything about one point in words, what it is called first."""
    said = [label]
    for objective in objectives():
        figure = candidate.estimates.get(objective)
        if figure is not None:
            said.append(f"{objective.title}: {estimate(figure)}{_beside(figure, objective)}")
    accuracy, latency = candidate.result.accuracy, candidate.result.latency
    if accuracy and accuracy.difference:
        word = "Points" if accuracy.difference.unit == "1" else "Change"
        said.insert(2, f"{word} to the uncompressed parent: {change(accuracy.difference)}")
    if latency and latency.noisy:
        said.append("Noisy: something else was running while it was timed")
    said += [f"{objective.title}: not backed. {reason}" for objective, reason in candidate.missing.items()]
    if candidate.fit is not Fit.UNKNOWN:
        said.append(f"Memory of the device: {candidate.fit}")
    states = [
        f"{axis.title.lower()} {state} ({percent(candidate.probability[axis])})"
        for axis, state in candidate.membership.items()
    ]
    return [*said, "Front: " + ", ".join(states)] if states else said


def _beside(figure: Estimate, objective: Objective) -> str:
    """How a figure was come by: how often it was seen, and by whom."""
    if objective == SIZE:
        return ""
    seen = f", n={figure.n}" if figure.n else ""
    level = f", {percent(figure.level)} interval" if figure.provenance is Provenance.PROJECTED else ""
    return f" ({PROVENANCE_TITLES[figure.provenance]}{seen}{level})"
