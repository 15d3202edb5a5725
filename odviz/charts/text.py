"""Texts of charts: provenances, and the hover box of a candidate."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from odviz.analysis.candidates import Candidate
from odviz.domain.comparison import ChangeKind
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import NoteKind
from odviz.units import change, estimate, percent

PROVENANCE_TITLES = {
    Provenance.MEASURED: "measured here",
    Provenance.IMPORTED: "measured on another machine",
    Provenance.BROWSER: "measured in a browser",
    Provenance.OWN: "your own figure",
    Provenance.PUBLISHED: "published",
    Provenance.PROJECTED: "projected",
    Provenance.MODELLED: "modelled range",
}

CHANGE_KINDS = {
    ChangeKind.BETTER: "better for certain",
    ChangeKind.WORSE: "worse for certain",
    ChangeKind.OPEN: "cannot be told apart",
    ChangeKind.EQUAL: "equal",
}

_HOVER_CHARACTERS = 48
"""Width of a hover box, which does not wrap by itself: as much as a phone has room for."""


def hover(candidate: Candidate, label: str, objectives: Sequence[Objective]) -> str:
    """Everything about a candidate as the HTML of a plotly hover box."""
    wrapped = [
        textwrap.wrap(line, _HOVER_CHARACTERS) if len(line) > _HOVER_CHARACTERS else [line]
        for line in lines(candidate, label, objectives)
    ]
    title, *rest = ([escape(part) for part in parts] for parts in wrapped)
    return "<br>".join([*(f"<b>{part}</b>" for part in title), *(part for parts in rest for part in parts)])


def lines(candidate: Candidate, label: str, objectives: Sequence[Objective]) -> list[str]:
    """Everything about a candidate in words.

    Args:
        candidate: an operating point.
        label: its title, which becomes the first line.
        objectives: of the task, in the order shown.
    """
    text = [label]
    for objective in objectives:
        value = candidate.estimates.get(objective)
        if value is not None:
            text.append(f"{objective.title}: {with_origin(value)}")
    accuracy, latency = candidate.result.accuracy, candidate.result.latency
    if accuracy and accuracy.difference:
        label = "Points" if objectives[0].is_share else "Change"
        text.insert(2, f"{label} to the uncompressed parent: {change(accuracy.difference)}")
    if latency and latency.noisy:
        text.append("Noisy: the machine was slowed while it was timed, so its time may be off either way")
    text += [note.message for note in candidate.result.notes if note.kind is NoteKind.ONE_LAUNCH]
    text += [
        f"{objective.title}: not known. {candidate.missing[objective]}"
        for objective in objectives
        if objective in candidate.missing
    ]
    if candidate.fit is not Fit.UNKNOWN:
        text.append(f"Memory of the device: {candidate.fit}")
    states = [
        f"{axis.noun} {candidate.membership[axis]} ({percent(candidate.probability[axis])})"
        for axis in objectives
        if axis in candidate.membership
    ]
    return [*text, "Front: " + ", ".join(states)] if states else text


def provenance_title(value: Estimate) -> str:
    """Where an estimate comes from, for readers who sit at another machine."""
    if value.provenance is Provenance.MEASURED:
        return "counted" if value.level == 1.0 else "measured"
    return PROVENANCE_TITLES[value.provenance]


def with_origin(value: Estimate) -> str:
    """An estimate with provenance, number of observations and level of the interval; an exact count without."""
    if value.level == 1.0:
        return estimate(value)
    observations = f", n={value.n}" if value.n else ""
    level = f", {percent(value.level)} interval" if value.provenance is Provenance.PROJECTED else ""
    return f"{estimate(value)} ({PROVENANCE_TITLES[value.provenance]}{observations}{level})"


def row_label(name: str, longest: int) -> str:
    """The name of a row at an axis, cut to at most so many characters."""
    return escape(name if len(name) <= longest else f"{name[: longest - 1]}…")
