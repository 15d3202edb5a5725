"""What colours, shapes and fillings mean, as text that wraps on any screen and is read aloud."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.charts.palette import GLYPHS, hue_of
from odviz.domain.estimate import Provenance
from odviz.services import naming
from odviz.ui.parts.fronts import View

_MARKED = {
    Provenance.PUBLISHED: "a dot inside: published",
    Provenance.PROJECTED: "a cross inside: projected",
    Provenance.BROWSER: "an × inside: measured in a browser",
    Provenance.MODELLED: "**|—|** only a range is known (modelled)",
}


def legend(views: Sequence[View]) -> None:
    """One line each for models, engines and states; only what the charts hold is said."""
    task = views[0].shown.record.plan.task
    lines = [" · ".join(_models(views[0], task))]
    for view in views:
        columns = view.shown.columns
        shapes = [
            f"{GLYPHS[place % len(GLYPHS)]} {naming.runtime(name)}" for place, name in enumerate(columns.runtime_order)
        ]
        lines.append((f"{view.shown.place}: " if len(views) > 1 else "") + " · ".join(shapes))
    lines.append(" · ".join(_states(views)))
    st.markdown("  \n".join(f":small[{line}]" for line in lines))


def _models(view: View, task: str) -> list[str]:
    models = view.shown.columns.model_order
    return [f":{hue_of(name, models)}[**▬** {naming.model(task, name)}]" for name in models]


def _states(views: Sequence[View]) -> list[str]:
    states = ["filled: on the front", "hollow: perhaps (ambiguous)", ":gray[grey: beaten by another (dominated)]"]
    if not all(view.feasible.all() for view in views):
        unfit = any(view.tradeoff.unfit for view in views)
        states.append("**×** beyond a limit" + (" or too large for the device" if unfit else ""))
    seen = {found for view in views for each in view.shown.columns.provenance.values() for found in set(each)}
    states += [words for provenance, words in _MARKED.items() if provenance in seen]
    projected = Provenance.PROJECTED in seen
    return [
        *states,
        "whiskers: 95 % intervals" + (", 90 % of projections" if projected else ""),
        "area: file size",
        "ring: selected",
    ]
