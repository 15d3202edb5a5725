"""Multiple choices with suggested values: a suggestion changes with its inputs, a choice made by hand stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from odviz.report.markdown import plain

_SUGGESTIONS = "_suggestions"


def suggested_multiselect(
    label: str,
    key: str,
    options: Sequence[str],
    suggestion: Sequence[str],
    title: Callable[[str], str],
    free_text: bool = False,
) -> tuple[str, ...]:
    """Draw a multiselect; chosen values that are no longer options are dropped with a note.

    Args:
        label: above the widget.
        key: of the widget, and URL parameter.
        options: what can be chosen.
        suggestion: the value until the visitor chooses otherwise.
        title: how an option is shown.
        free_text: the visitor may also type values that are not among the options.
    """
    chosen = st.session_state.get(key)
    valid = [value for value in chosen or () if value in options]
    invalid = [] if is_suggestion(key) else [value for value in chosen or () if value not in options]
    if invalid:
        st.caption(f"{label}: {', '.join(map(plain, invalid))} cannot be chosen here, and is left out.")
    if is_suggestion(key) or (chosen and not valid):
        st.session_state[key], _suggestions()[key] = list(suggestion), list(suggestion)
    else:
        st.session_state[key] = valid
        _suggestions().pop(key, None)
    help_text = "Choose, or write one such as prune-structured:50+int8-static and press Enter." if free_text else None
    return tuple(
        st.multiselect(label, options, format_func=title, key=key, accept_new_options=free_text, help=help_text)
    )


def is_suggestion(key: str) -> bool:
    """Whether the current value is the suggested one, or still unset."""
    chosen = st.session_state.get(key)
    return chosen is None or chosen == _suggestions().get(key)


def parse_choice(key: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Parser for the URL: a value in a link counts as chosen by hand, even if it equals the suggestion."""

    def parse_by_hand(text: str) -> Any:
        _suggestions().pop(key, None)
        return parse(text)

    return parse_by_hand


def write_choice(key: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Writer for the URL: a suggestion is left out, so that whoever follows the link gets a current one."""
    return lambda value: "" if is_suggestion(key) else write(value)


def discard(keys: Iterable[str]) -> None:
    """Drop choices made by hand, so that they are suggested again."""
    for key in keys:
        st.session_state.pop(key, None)


def _suggestions() -> dict[str, list[str]]:
    """The last suggestion by key."""
    suggestions: dict[str, list[str]] = st.session_state.setdefault(_SUGGESTIONS, {})
    return suggestions
