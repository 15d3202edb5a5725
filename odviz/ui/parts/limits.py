"""The limits a person sets, in the units that people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from odviz.analysis.recommendation import MARGIN
from odviz.domain.objective import Limits
from odviz.objectives import objectives
from odviz.ui.url_state import Field, number
from odviz.units import figure

LEAST = 1e-6
"""In any of the units: a nanosecond, a byte."""

GIVE = "give"
_GIVE_MOST = 50.0
_WIDE = 160
"""Pixels of an input: two of them fit side by side on a is_phone."""


def _written(value: float) -> str:
    """As many digits as a person may have typed; no limit is not said."""
    return f"{max(value, LEAST):.12g}" if value else ""


def url_fields() -> tuple[Field, ...]:
    """URL parameters of the limits."""
    return (
        *(Field(each.limit.key, number(LEAST, each.limit.most), _written) for each in objectives()),
        Field(GIVE, number(0, _GIVE_MOST), lambda value: "" if value == 100 * MARGIN else f"{value:.12g}"),
    )


def chosen() -> tuple[Limits, float]:
    """The limits as they were typed, and the accuracy that may be given away for speed, as a share."""
    st.session_state.setdefault(GIVE, 100 * MARGIN)
    typed = {each.limit.key: st.session_state.get(each.limit.key) for each in objectives()}
    return _limits(typed), st.session_state[GIVE] / 100


def limits(place: Any) -> None:
    """Draw the limits; they may come last on a page, for what was typed is known before.

    Not a popover: what it holds is not drawn until it is opened, and then forgets what a link or a person had set.

    Args:
        place: where they belong.
    """
    with place:
        # What is set stands outside: with it in its name the fold would be another one, and closed, after each change.
        fold = st.expander("Limits", icon=":material/tune:", key="limits")
        if there := said(chosen()[0]):
            st.markdown(f":small[Limits: **{', '.join(there)}**]")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        for each in (objective.limit for objective in objectives()):
            st.number_input(
                f"{each.label} ({each.unit})",
                min_value=0.0,
                max_value=float(each.most),
                value=None,
                key=each.key,
                help=each.help,
                placeholder="no limit",
                format="%g",
                width=_WIDE,
            )
        st.number_input(
            "Accuracy for speed (points)",
            min_value=0.0,
            max_value=_GIVE_MOST,
            key=GIVE,
            step=0.5,
            width=_WIDE,
            help="Accuracy that may be given away: the recommendation may be this much less accurate than the most "
            "accurate variant, if it is faster.",
        )


def said(limits: Limits) -> list[str]:
    """Each limit that is set, as people write it."""
    return [
        objective.limit.short.format(figure(limit, objective.unit).replace(".0 %", " %"))
        for objective, limit in limits.items()
    ]


def _limits(typed: Mapping[str, float | None]) -> Limits:
    """The limits that were typed, by key, in SI units; nothing and zero are no limit."""
    return Limits(
        {
            objective: max(value, LEAST) * objective.limit.scale
            for objective in objectives()
            if (value := typed[objective.limit.key])
        }
    )
