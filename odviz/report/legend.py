"""The legend of all fronts as text, which wraps on any screen and can be read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odviz.charts.palette import GLYPHS, MARKS, SIGNS, hue_of
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.estimate import Provenance
from odviz.objectives import LATENCY
from odviz.projection.conformal import FLOOR
from odviz.report.front_figures import is_comparable
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.units import percent

_GREY = "gray"

_RATIOS = "speed-ups are safer than times: variants are timed in turns, so a slow hour or day slows all of them alike"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        text: with the sign it explains.
        hue: name of its colour; empty for the colour of text.
    """

    text: str
    hue: str = ""


def entries(views: Sequence[AnalysisView]) -> list[list[Entry]]:
    """The entries of the legend by line, limited to what the charts contain."""
    task, order = views[0].record.plan.task, views[0].columns.model_order
    present = {name for view in views for name in view.columns.models_present}
    lines = [[Entry(f"▬ {naming.model(task, name)}", hue_of(name, order)) for name in order if name in present]]
    for view in views:
        runtimes = [
            Entry(f"{GLYPHS[index % len(GLYPHS)]} {naming.runtime(name)}")
            for index, name in enumerate(view.columns.runtime_order)
        ]
        if len(views) > 1 and runtimes:
            runtimes[0] = Entry(f"{view.title}: {runtimes[0].text}")
        lines.append(runtimes)
    return [*lines, _states(views)]


def _states(views: Sequence[AnalysisView]) -> list[Entry]:
    states = [Entry("filled: on the front"), Entry("hollow: perhaps (ambiguous)")]
    states.append(Entry("grey: beaten by another (dominated)", _GREY))
    if not all(view.feasible.all() for view in views):
        too_large = any(view.analysis.not_fitting for view in views)
        states.append(Entry("× beyond a limit" + (" or too large for the device" if too_large else "")))
    provenances = {kind for view in views for kinds in view.columns.provenances.values() for kind in kinds}
    states += [
        Entry(f"{SIGNS[mark]}: {PROVENANCE_TITLES[provenance]}")
        for provenance, mark in MARKS.items()
        if mark and provenance in provenances
    ]
    if Provenance.MODELLED in provenances:
        states.append(Entry("|—| only a range is known (modelled)"))
    if Provenance.PROJECTED in provenances:
        states.append(Entry("dotted line: the front if projections hold"))
    whiskers = "whiskers: 95 % intervals" + (", 90 % of projections" if Provenance.PROJECTED in provenances else "")
    if {Provenance.OWN, Provenance.PUBLISHED} & provenances:
        whiskers += f", ± {percent(FLOOR - 1)} of a measurement made elsewhere"
    states += [
        Entry(
            f"{axis.noun} cannot be compared: a modelled range is of computing alone, the others are of a whole device"
        )
        for axis in views[0].analysis.axes
        if not is_comparable(views, axis)
    ]
    states += [Entry(whiskers), Entry("area: file size"), Entry("ring: selected")]
    if any(Provenance.MEASURED in view.columns.provenances.get(LATENCY, ()) for view in views):
        states.append(Entry(_RATIOS))
    return states
