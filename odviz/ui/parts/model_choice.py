"""Which models of a benchmark are shown; the choice is the legend of the charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from odviz.store import BenchmarkRecord
from odviz.ui.url_state import LinkProblem

MODELS = "only"
"""Session key and URL parameter of the models that are shown; empty for all."""

_KEY = "shown-models"


def shown_models(record: BenchmarkRecord | None) -> tuple[tuple[str, ...], list[LinkProblem]]:
    """Names of the models to show, empty for all, and what a link names that the benchmark does not contain.

    Args:
        record: the benchmark.
    """
    chosen: Sequence[str] = st.session_state.get(MODELS) or ()
    measured = record.plan.models if record else ()
    valid = tuple(name for name in measured if name in chosen)
    invalid = [name for name in dict.fromkeys(chosen) if name not in measured]
    st.session_state[MODELS] = () if len(valid) == len(measured) else valid
    if record is None or not invalid:
        return st.session_state[MODELS], []
    reason = f"the models of this benchmark are {', '.join(measured)}"
    return st.session_state[MODELS], [LinkProblem(MODELS, ",".join(invalid), reason)]


def choose_models(titles: Mapping[str, str]) -> None:
    """Draw the models as buttons that hide and show them; fronts are computed among those that are shown.

    Args:
        titles: title of each model of the benchmark.
    """
    st.session_state[_KEY] = list(st.session_state.get(MODELS) or titles)
    st.pills(
        "Models",
        list(titles),
        selection_mode="multi",
        format_func=lambda name: titles[name],
        key=_KEY,
        on_change=_choose,
        label_visibility="collapsed",
    )


def _choose() -> None:
    """Callback; nothing chosen shows all."""
    st.session_state[MODELS] = tuple(st.session_state[_KEY])
