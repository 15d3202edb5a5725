"""What colours, shapes and fillings mean, as text that wraps on any screen and is read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from odviz.charts.palette import GLYPHS, hue_of
from odviz.domain.estimate import Provenance
from odviz.projection import FLOOR
from odviz.services import naming
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.ui.parts.fronts import comparable
from odviz.units import percent

_GREY = "gray"
_MARKED = {
    Provenance.OWN: "an × inside: your own figure",
    Provenance.PUBLISHED: "a dot inside: published",
    Provenance.PROJECTED: "a cross inside: projected",
    Provenance.BROWSER: "an × inside: measured in a browser",
    Provenance.MODELLED: "|—| only a range is known (modelled)",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a chart shows, and what it means.

    Attributes:
        text: with the sign it is shown by.
        hue: name of its colour; empty for that of text.
    """

    text: str
    hue: str = ""


def legend(views: Sequence[AnalysisView]) -> None:
    """One line each for models, runtimes and states."""
    lines = [" · ".join(map(_markdown, line)) for line in entries(views)]
    st.markdown("  \n".join(f":small[{line}]" for line in lines))


def entries(views: Sequence[AnalysisView]) -> list[list[Entry]]:
    """What charts of these views mean, by line; only what they hold is said."""
    task, order = views[0].record.plan.task, views[0].columns.model_order
    there = {name for view in views for name in view.columns.shown_models}
    lines = [[Entry(f"▬ {naming.model(task, name)}", hue_of(name, order)) for name in order if name in there]]
    for view in views:
        runtimes = [
            Entry(f"{GLYPHS[place % len(GLYPHS)]} {naming.runtime(name)}")
            for place, name in enumerate(view.columns.runtime_order)
        ]
        if len(views) > 1 and runtimes:
            runtimes[0] = Entry(f"{view.title}: {runtimes[0].text}")
        lines.append(runtimes)
    return [*lines, _states(views)]


def _states(views: Sequence[AnalysisView]) -> list[Entry]:
    states = [Entry("filled: on the front"), Entry("hollow: perhaps (ambiguous)")]
    states.append(Entry("grey: beaten by another (dominated)", _GREY))
    if not all(view.feasible.all() for view in views):
        unfit = any(view.analysis.not_fitting for view in views)
        states.append(Entry("× beyond a limit" + (" or too large for the device" if unfit else "")))
    seen = {found for view in views for each in view.columns.provenances.values() for found in each}
    states += [Entry(words) for provenance, words in _MARKED.items() if provenance in seen]
    if Provenance.PROJECTED in seen:
        states.append(Entry("dotted line: the front if projections hold"))
    whiskers = "whiskers: 95 % intervals" + (", 90 % of projections" if Provenance.PROJECTED in seen else "")
    if {Provenance.OWN, Provenance.PUBLISHED} & seen:
        whiskers += f", ± {percent(FLOOR - 1)} of one measurement elsewhere"
    if not comparable(views):
        states.append(
            Entry("energies do not compare: a modelled range is computing alone, the others are of a whole device")
        )
    return [*states, *map(Entry, (whiskers, "area: file size", "ring: selected"))]


def _markdown(entry: Entry) -> str:
    text = plain(entry.text)
    return f":{entry.hue}[{text}]" if entry.hue else text
