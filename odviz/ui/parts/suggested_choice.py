"""Choices of several that are suggested until a person makes them: what was chosen by hand stays as it was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from odviz.ui.markup import plain

_GIVEN = "_given"


def several_of(
    label: str,
    key: str,
    options: Sequence[str],
    suggested: Sequence[str],
    name: Callable[[str], str],
    own: bool = False,
) -> tuple[str, ...]:
    """A choice of several; what a link named and is not there any more is left out.

    Args:
        label: above it.
        key: of the widget, and in the address.
        options: what there is to choose from.
        suggested: what is chosen until a person chooses otherwise.
        name: what an option is called.
        own: options may be written that are not there.
    """
    chosen = st.session_state.get(key)
    there = [each for each in chosen or () if each in options]
    strange = [] if untouched(key) else [each for each in chosen or () if each not in options]
    if strange:
        st.caption(f"{label}: {', '.join(map(plain, strange))} cannot be chosen here, and is left out.")
    if untouched(key) or (chosen and not there):
        st.session_state[key], _given()[key] = list(suggested), list(suggested)
    else:
        st.session_state[key] = there
        _given().pop(key, None)
    help_ = "Choose, or write one such as prune-structured:50+int8-static and press Enter." if own else None
    return tuple(st.multiselect(label, options, format_func=name, key=key, accept_new_options=own, help=help_))


def untouched(key: str) -> bool:
    """Whether a choice is what was suggested, or nothing yet."""
    chosen = st.session_state.get(key)
    return chosen is None or chosen == _given().get(key)


def read_by_hand(key: str, read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reads a choice from an address: somebody made it, even where it was suggested to them."""

    def found(text: str) -> Any:
        _given().pop(key, None)
        return read(text)

    return found


def written_by_hand(key: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Writes a choice that a person made; what was only suggested is suggested again to whoever follows the link."""
    return lambda value: "" if untouched(key) else write(value)


def discard(keys: Iterable[str]) -> None:
    """Suggest these anew."""
    for key in keys:
        st.session_state.pop(key, None)


def _given() -> dict[str, list[str]]:
    """What was suggested last, by key."""
    given: dict[str, list[str]] = st.session_state.setdefault(_GIVEN, {})
    return given
