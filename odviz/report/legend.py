"""The one legend of all fronts as text, which wraps on any screen and can be read aloud."""

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


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model and its colour.

    Attributes:
        name: of the model.
        text: its title, with the sign that is coloured.
        hue: name of its colour.
    """

    name: str
    text: str
    hue: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What the charts contain, in words.

    Attributes:
        models: of the benchmark, in the order of their colours, with or without a candidate.
        runtimes: shapes, one line per device.
        signs: what a point can look like.
        notes: what else a reader has to know.
    """

    models: tuple[ModelEntry, ...]
    runtimes: tuple[str, ...]
    signs: tuple[str, ...]
    notes: tuple[str, ...]


def legend(views: Sequence[AnalysisView]) -> Legend:
    """The legend of the fronts of one device or of two."""
    task, order = views[0].record.plan.task, views[0].columns.model_order
    models = tuple(ModelEntry(name, f"▬ {naming.model(task, name)}", hue_of(name, order)) for name in order)
    runtimes = tuple(_runtimes(view, len(views) > 1) for view in views if view.columns.runtime_order)
    return Legend(models, runtimes, tuple(_signs(views)), tuple(_notes(views)))


def _runtimes(view: AnalysisView, names_device: bool) -> str:
    shapes = (
        f"{GLYPHS[index % len(GLYPHS)]} {naming.runtime(name)}" for index, name in enumerate(view.columns.runtime_order)
    )
    return (f"{view.title}: " if names_device else "") + " · ".join(shapes)


def _provenances(views: Sequence[AnalysisView]) -> frozenset[Provenance]:
    return frozenset(kind for view in views for kinds in view.columns.provenances.values() for kind in kinds)


def _signs(views: Sequence[AnalysisView]) -> list[str]:
    provenances = _provenances(views)
    signs = ["filled: on the front", "hollow: perhaps", "pale: beaten"]
    if not all(view.feasible.all() for view in views):
        too_large = any(view.analysis.not_fitting for view in views)
        signs.append("× beyond a limit" + (" or too large for the device" if too_large else ""))
    signs += [
        f"{SIGNS[mark]}: {PROVENANCE_TITLES[provenance]}"
        for provenance, mark in MARKS.items()
        if mark and provenance in provenances
    ]
    if Provenance.MODELLED in provenances:
        signs.append("├─┤ range only")
    return signs


def _notes(views: Sequence[AnalysisView]) -> list[str]:
    provenances = _provenances(views)
    notes = [
        "Hollow: ambiguous, it may be on the front or not. Pale: dominated, another is better in both respects.",
        "The area of a point is its file size. A ring marks what is selected.",
    ]
    whiskers = "Whiskers are 95 % intervals" + (", 90 % of projections" if Provenance.PROJECTED in provenances else "")
    if {Provenance.OWN, Provenance.PUBLISHED} & provenances:
        whiskers += f", ± {percent(FLOOR - 1)} of a measurement made elsewhere"
    notes.append(f"{whiskers}.")
    if Provenance.MODELLED in provenances:
        notes.append("A range without a point is modelled from the network, not measured.")
    if Provenance.PROJECTED in provenances:
        notes.append("A dotted line is the front if projections hold.")
    relative = dict.fromkeys(axis for view in views for axis in view.analysis.axes if axis.relative)
    notes += [
        f"{axis.title} is a multiple {axis.caption}, because joules are not known: nor is it known whether a variant "
        "satisfies a limit in joules."
        for axis in relative
    ]
    notes += [
        f"{axis.title} cannot be compared: a modelled figure is of computing alone, the others are of a whole device."
        for axis in views[0].analysis.axes
        if not is_comparable(views, axis)
    ]
    if any(kind.sampled for view in views for kind in view.columns.provenances.get(LATENCY, ())):
        notes.append(
            "Speed-ups are safer than times: variants are timed in turns, so a slow hour slows all of them alike."
        )
    return notes
