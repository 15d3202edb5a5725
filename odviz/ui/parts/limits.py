"""Inputs for limits, one per objective, in the units that people use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from odviz.analysis.recommendation import MARGIN
from odviz.domain.objective import Limits, Objective
from odviz.metrics import METRICS
from odviz.objectives import objectives
from odviz.report import analysis_text
from odviz.tasks import TASKS
from odviz.ui.url_state import UrlField, number

LEAST = 1e-6
"""Smallest limit, in any display unit."""

_MOST = 1e9
"""Greatest limit on a metric that is not a share, in its unit."""

MARGIN_KEY = "give"
_MAX_MARGIN = 50.0
_WIDTH_PX = 150
"""Width of an input: two fit side by side on a phone."""


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the limits and of the margin."""
    return (
        *(UrlField(objective.limit.key, _parser(objective), _write) for objective in objectives()),
        UrlField(MARGIN_KEY, number(0, _MAX_MARGIN), lambda value: "" if value == 100 * MARGIN else f"{value:.12g}"),
    )


def chosen(objectives: Sequence[Objective]) -> tuple[Limits, float]:
    """The limits in SI units, and the accuracy that may be given away as a share; an empty input or 0 is no limit.

    Args:
        objectives: of the task.
    """
    st.session_state.setdefault(MARGIN_KEY, 100 * MARGIN)
    limits = {
        objective: max(value, LEAST) * objective.limit.scale
        for objective in objectives
        if (value := st.session_state.get(objective.limit.key))
    }
    return Limits(limits), st.session_state[MARGIN_KEY] / 100


def limits(place: Any, objectives: Sequence[Objective]) -> None:
    """Draw the inputs; they may be drawn last, because `chosen` reads the session state.

    Not in a popover: its content is not drawn until it is opened, and would then lose values from a link.

    Args:
        place: container for the inputs.
        objectives: of the task.
    """
    with place:
        # The limits that are set stand below the fold: in its label they would make it a new fold, which is closed.
        fold = st.expander("Limits", icon=":material/tune:", key="limits")
        if texts := analysis_text.limit_texts(chosen(objectives)[0]):
            st.markdown(f":small[Limits: **{', '.join(texts)}**]")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        for limit in (objective.limit for objective in objectives):
            st.number_input(
                f"{limit.label} ({limit.unit})" if limit.unit else limit.label,
                min_value=0.0,
                max_value=float(limit.most),
                value=None,
                key=limit.key,
                help=limit.help,
                placeholder="no limit",
                format="%g",
                width=_WIDTH_PX,
            )
        st.number_input(
            "Accuracy for speed (points)",
            min_value=0.0,
            max_value=_MAX_MARGIN,
            key=MARGIN_KEY,
            step=0.5,
            width=_WIDTH_PX,
            help="Accuracy that may be given away: the recommended variant may be this much less accurate than the "
            "most accurate one, if it is faster.",
        )


def _parser(objective: Objective) -> Callable[[str], float]:
    """Parser of a limit in the URL; the metric of the task decides how large a limit on it may be."""

    def parse(text: str) -> float:
        task = str(st.session_state.get("task") or "")
        other_unit = bool(task) and objective.is_share and METRICS[TASKS[task].metric].unit != objective.unit
        return number(LEAST, _MOST if other_unit else objective.limit.most)(text)

    return parse


def _write(value: float) -> str:
    """As many digits as a visitor may have typed; empty for no limit."""
    return f"{max(value, LEAST):.12g}" if value else ""
