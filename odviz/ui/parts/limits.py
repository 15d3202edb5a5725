"""The limits a person sets, in the units that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.analysis.recommendation import MARGIN
from odviz.domain.objective import Budget, Objective
from odviz.ui.url_state import Field, number
from odviz.units import figure


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as it is typed.

    Attributes:
        key: of its widget, and in the address.
        objective: what it limits.
        label: with the unit.
        short: how it is written where there is little room.
        scale: what one of its units is in SI units.
        most: greatest number that makes sense; the least is `LEAST`.
        help: one sentence.
    """

    key: str
    objective: Objective
    label: str
    short: str
    scale: float
    most: float
    help: str


LIMITS = (
    Limit(
        "deadline",
        Objective.LATENCY,
        "Deadline (ms)",
        "≤ {}",
        1e-3,
        1e9,
        "Longest time that one answer may take (median latency).",
    ),
    Limit(
        "accuracy",
        Objective.ACCURACY,
        "Least accuracy (%)",
        "≥ {}",
        1e-2,
        100,
        "Least share of right answers that will do.",
    ),
    Limit(
        "memory",
        Objective.MEMORY,
        "Memory (MB)",
        "≤ {} memory",
        1e6,
        1e9,
        "Most memory it may need while it runs (peak resident memory).",
    ),
    Limit(
        "energy",
        Objective.ENERGY,
        "Energy (mJ)",
        "≤ {}",
        1e-3,
        1e9,
        "Most energy that one answer may cost.",
    ),
    Limit("size", Objective.SIZE, "File (MB)", "≤ {} file", 1e6, 1e9, "Largest file."),
)

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
        *(Field(each.key, number(LEAST, each.most), _written) for each in LIMITS),
        Field(GIVE, number(0, _GIVE_MOST), lambda value: "" if value == 100 * MARGIN else f"{value:.12g}"),
    )


def chosen() -> tuple[Budget, float]:
    """The budget as it was typed, and the accuracy that may be given away for speed, as a share."""
    st.session_state.setdefault(GIVE, 100 * MARGIN)
    return _budget({each.key: st.session_state.get(each.key) for each in LIMITS}), st.session_state[GIVE] / 100


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
        for each in LIMITS:
            st.number_input(
                each.label,
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


def said(budget: Budget) -> list[str]:
    """Each limit that is set, as people write it."""
    there = [(each, budget.limit(each.objective)) for each in LIMITS]
    return [
        each.short.format(figure(limit, each.objective.unit).replace(".0 %", " %"))
        for each, limit in there
        if limit is not None
    ]


def _budget(typed: Mapping[str, float | None]) -> Budget:
    """What was typed, by key, in SI units; nothing and zero are no limit."""
    found = {each.key: max(value, LEAST) * each.scale if (value := typed[each.key]) else None for each in LIMITS}
    return Budget(found["deadline"], found["accuracy"], found["memory"], found["energy"], found["size"])
