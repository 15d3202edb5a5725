"""Inputs for limits: everyday needs, and one number per objective in the units that people use."""

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
from odviz.ui.url_state import UrlField, number, one_of

LEAST = 1e-6
"""Smallest limit, in any display unit."""

_MOST = 1e9
"""Greatest limit on a metric that is not a share, in its unit."""

NO_LIMIT, _EXACT = "none", "exact"
"""Choices beside the needs: no limit, and a number."""

MARGIN_KEY = "give"
_MAX_MARGIN = 50.0
_WIDTH_PX = 150
"""Width of an input: two fit side by side on a phone."""


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the limits and of the margin."""
    return (
        *(
            UrlField(
                _need_key(objective),
                one_of("need", [*(need.name for need in objective.limit.needs), NO_LIMIT]),
                _need_writer(objective),
            )
            for objective in objectives()
            if objective.limit.needs
        ),
        *(UrlField(objective.limit.key, _parser(objective), _write) for objective in objectives()),
        UrlField(MARGIN_KEY, number(0, _MAX_MARGIN), lambda value: "" if value == 100 * MARGIN else f"{value:.12g}"),
    )


def chosen(objectives: Sequence[Objective]) -> tuple[Limits, float]:
    """The limits in SI units, and the accuracy that may be given away as a share; an empty input or 0 is no limit.

    Args:
        objectives: of the task.
    """
    st.session_state.setdefault(MARGIN_KEY, 100 * MARGIN)
    values = {objective: _limit(objective) for objective in objectives}
    limits = {objective: value for objective, value in values.items() if value is not None}
    return Limits(limits), st.session_state[MARGIN_KEY] / 100


def limits(place: Any, objectives: Sequence[Objective]) -> None:
    """Draw the inputs; they may be drawn last, because `chosen` reads the session state.

    Not in a popover: its content is not drawn until it is opened, and would then lose values from a link.

    Args:
        place: container for the inputs.
        objectives: of the task.
    """
    needed = [objective for objective in objectives if objective.limit.needs]
    with place:
        for objective in needed:
            _needs(objective)
        # The limits that are set stand below the fold: in its label they would make it a new fold, which is closed.
        fold = st.expander("Limits", icon=":material/tune:", key="limits")
        others = Limits({one: limit for one, limit in chosen(objectives)[0].items() if one not in needed})
        if texts := analysis_text.limit_texts(others):
            st.markdown(f":small[Limits: **{', '.join(texts)}**]")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        for objective in objectives:
            if objective not in needed:
                _number(objective)
        st.number_input(
            "Accuracy for speed (points)",
            min_value=0.0,
            max_value=_MAX_MARGIN,
            key=MARGIN_KEY,
            step=0.5,
            width=_WIDTH_PX,
            help="Accuracy that may be given away: the recommended variant may be this much less accurate than the "
            "most accurate one, if it is faster by more than 10 % and time matters.",
        )


def _needs(objective: Objective) -> None:
    """Draw the choice among needs, and a number where an exact limit is chosen."""
    limit, key = objective.limit, _need_key(objective)
    titles = {need.name: need.title for need in limit.needs}
    titles |= {NO_LIMIT: "No deadline: the faster the better", _EXACT: "An exact deadline"}
    st.session_state[key] = _need(objective)

    def change() -> None:
        need = limit.need(limit.default)
        exact = need.limit / limit.scale if need and st.session_state[key] == _EXACT else None
        st.session_state[limit.key] = exact

    st.selectbox("It must answer", list(titles), format_func=titles.__getitem__, key=key, on_change=change)
    if st.session_state[key] == _EXACT:
        _number(objective)


def _number(objective: Objective) -> None:
    limit = objective.limit
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


def _limit(objective: Objective) -> float | None:
    """The limit that is set, in the SI unit of the objective."""
    if typed := st.session_state.get(objective.limit.key):
        return float(max(typed, LEAST) * objective.limit.scale)
    need = objective.limit.need(_need(objective))
    return need.limit if need else None


def _need(objective: Objective) -> str:
    """Name of the need that is chosen; a number that is typed goes before it."""
    if st.session_state.get(objective.limit.key):
        return _EXACT
    choice = st.session_state.get(_need_key(objective), _EXACT)
    return objective.limit.default if choice == _EXACT else str(choice)


def _need_key(objective: Objective) -> str:
    """Key of the choice among needs, in the session state and in addresses."""
    return f"{objective.limit.key}_need"


def _need_writer(objective: Objective) -> Callable[[str], str]:
    return lambda value: "" if value in (objective.limit.default, _EXACT) else value


def _parser(objective: Objective) -> Callable[[str], float]:
    """Parser of a limit in the URL; the metric of the task decides how large a limit on it may be."""

    def parse(text: str) -> float:
        task = str(st.session_state.get("task") or "")
        other_unit = task in TASKS and objective.is_share and METRICS[TASKS[task].metric].unit != objective.unit
        return number(LEAST, _MOST if other_unit else objective.limit.most)(text)

    return parse


def _write(value: float) -> str:
    """As many digits as a visitor may have typed; empty for no limit."""
    return f"{max(value, LEAST):.12g}" if value else ""
