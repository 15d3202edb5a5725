"""The limits a person sets, in the units that people use."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from odviz.domain.objective import Budget
from odviz.services.advice import MARGIN
from odviz.ui.link import Field, number


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as it is typed.

    Attributes:
        key: of its widget, and in the address.
        label: with the unit.
        short: how it is written where there is little room.
        scale: what one of its units is in SI units.
        most: greatest number that makes sense; the least is `LEAST`.
        help: one sentence.
    """

    key: str
    label: str
    short: str
    scale: float
    most: float
    help: str


LIMITS = (
    Limit(
        "deadline", "Deadline (ms)", "≤ {:g} ms", 1e-3, 1e9, "Longest time that one answer may take (median latency)."
    ),
    Limit("accuracy", "Least accuracy (%)", "≥ {:g} %", 1e-2, 100, "Least share of right answers that will do."),
    Limit(
        "memory", "Memory (MB)", "≤ {:g} MB", 1e6, 1e9, "Most memory it may need while it runs (peak resident memory)."
    ),
    Limit("energy", "Energy (mJ)", "≤ {:g} mJ", 1e-3, 1e9, "Most energy that one answer may cost."),
    Limit("size", "File (MB)", "≤ {:g} MB file", 1e6, 1e9, "Largest file."),
)

LEAST = 1e-6
"""In any of the units: a nanosecond, a byte."""

GIVE = "give"
_GIVE_MOST = 50.0

FIELDS = (
    *(Field(each.key, number(LEAST, each.most), lambda value: f"{value:g}" if value else "") for each in LIMITS),
    Field(GIVE, number(0, _GIVE_MOST), lambda value: "" if value == 100 * MARGIN else f"{value:g}"),
)


def limits() -> tuple[Budget, float]:
    """Draw the limits.

    Returns:
        The budget, and the accuracy that may be given away for speed, as a share.
    """
    chosen = [(each, st.session_state.get(each.key)) for each in LIMITS]
    set_ = [each.short.format(value) for each, value in chosen if value]
    with st.popover("Limits: " + (", ".join(set_) or "none"), icon=":material/tune:"):
        values = {}
        for each in LIMITS:
            typed = st.number_input(
                each.label,
                min_value=0.0,
                max_value=float(each.most),
                value=None,
                key=each.key,
                help=each.help,
                placeholder="no limit",
                format="%g",
            )
            values[each.key] = max(typed, LEAST) * each.scale if typed else None
        st.session_state.setdefault(GIVE, 100 * MARGIN)
        give = st.number_input(
            "Accuracy given away for speed (points)",
            min_value=0.0,
            max_value=_GIVE_MOST,
            key=GIVE,
            step=0.5,
            help="The recommendation may be this much less accurate than the most accurate variant, if it is faster.",
        )
    budget = Budget(values["deadline"], values["accuracy"], values["memory"], values["energy"], values["size"])
    return budget, give / 100
