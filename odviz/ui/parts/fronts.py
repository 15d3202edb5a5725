"""Four fronts side by side; what is selected in one is ringed in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from odviz.charts import Look, front
from odviz.charts.front import knee_of
from odviz.charts.words import TITLES
from odviz.domain.objective import Objective
from odviz.services.tradeoff import AXES, Tradeoff
from odviz.ui.data import Shown

PICK = "pick"
"""Where the indices of selected points are kept, and what the address calls them."""


def figures(shown: Shown, tradeoff: Tradeoff, look: Look, selected: Sequence[int]) -> Mapping[Objective, go.Figure]:
    """The four fronts."""
    feasible = np.array([each.feasible for each in tradeoff.standings], bool)
    return {axis: front(shown.columns, axis, feasible, tradeoff.budget, look, selected) for axis in AXES}


def fronts(shown: Shown, drawn: Mapping[Objective, go.Figure], picture: str = "png", live: bool = False) -> None:
    """Lay four figures out: two by two, or one under the other where there is no room.

    Args:
        shown: whose they are.
        drawn: the figures.
        picture: format that the camera button saves.
        live: drawn while a benchmark runs; nothing can be selected then.
    """
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": picture, "scale": 2},
    }
    for pair in (AXES[:2], AXES[2:]):
        for place, axis in zip(st.columns(2, gap="medium"), pair, strict=True):
            key = f"front-{axis.value}{'-live' if live else ''}"
            options: dict[str, Any] = {"config": {**config}, "alt": _alt(shown, axis)}
            if not live:
                options |= {"on_select": _picked(key), "selection_mode": "points"}
            place.plotly_chart(drawn[axis], key=key, **options)


def selected(shown: Shown) -> tuple[int, ...]:
    """Indices that are selected and exist."""
    return tuple(index for index in st.session_state.get(PICK) or () if index < len(shown.columns))


def _picked(key: str) -> Any:
    def remember() -> None:
        points = st.session_state[key]["selection"]["points"]
        found = [each["customdata"] for each in points if "customdata" in each]
        st.session_state[PICK] = tuple(dict.fromkeys(int(np.ravel(each)[0]) for each in found))

    return remember


def _alt(shown: Shown, axis: Objective) -> str:
    """The chart for those who hear it."""
    on = [
        label
        for label, state in zip(shown.columns.labels, shown.columns.membership[axis], strict=True)
        if state == "front"
    ]
    knee = knee_of(shown.columns, axis)
    sentence = f"Accuracy against {TITLES[axis].lower()} of {len(shown.columns)} variants. On the front: "
    sentence += ("; ".join(on[:6]) or "none for certain") + "."
    return sentence + (f" Knee: {shown.columns.labels[knee]}." if knee is not None else "")
