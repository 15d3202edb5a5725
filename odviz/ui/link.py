"""The state of a page in its address: anything a person has chosen can be sent to somebody else as a link.

Each page declares its `Field`s. `restore` reads them before the widgets are drawn, `remember` writes them after.
What a link says wrongly becomes a sentence, and the rest of it is used. What was chosen on a page is still chosen when
a person comes back to it from another, and what means the same on several pages is chosen on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.domain.errors import Damaged, InputError
from odviz.ui.markup import plain

_MOST = 5
"""Sentences about names that mean nothing; one sees from these."""

_NOTHING = 1e-300
"""Below this numbers lose their digits."""

_OTHERS = re.compile(r"embed|utm_|\w*clid$")
"""Names that are meant for Streamlit, or were hung on by whoever passed a link on."""

OF_ONE_BENCHMARK: dict[str, Any] = {"benchmark": None, "only": None, "pick": ()}
"""What is chosen of one benchmark and of no other, by its name in the address, and what it is for another one."""

_PAGE, _ARRIVED, _WRITTEN, _KEPT = "_page", "_arrived", "_written", "_kept"
_CARRIED = "_carried"
_EVERYWHERE = ("task",)
"""Names of what is chosen on one page for all that have it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a link can say.

    Attributes:
        name: in the address, and key of the widget that shows it.
        read: the value of a written form; raises ValueError or InputError, with a sentence, if it makes no sense.
        write: the written form; empty for a value that need not be said.
        of: name of the field whose value this one belongs to: it is not kept where that was changed elsewhere.
    """

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    of: str = ""


def enter(page: str) -> None:
    """Note which page is drawn; every page does so first."""
    st.session_state[_ARRIVED] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page


def restore(page: str, fields: Iterable[Field]) -> list[str]:
    """Put what the address says, else what was chosen before, where the widgets will find it.

    Args:
        page: its name; a person who comes from another page finds what was chosen here.
        fields: what this page's address can say, those that others depend on first.

    Returns:
        A sentence for everything in the address that makes no sense.
    """
    address = st.query_params.to_dict()
    arrived = st.session_state[_ARRIVED]
    followed = bool(address) and (arrived or address != st.session_state.get(_WRITTEN))
    kept = {**chosen_on(page), **st.session_state.get(_CARRIED, {})}
    changed = {name for name in _EVERYWHERE if kept.get(name) != chosen_on(page).get(name)}
    problems, fields = [], tuple(fields)
    if followed:
        known = {field.name for field in fields}
        strange = [(name, text) for name, text in address.items() if name not in known and not _OTHERS.match(name)]
        problems += [passed_over(name, text, "this page has nothing of this name") for name, text in strange[:_MOST]]
    for field in fields:
        value = None if field.of in changed else kept.get(field.name)
        if followed:
            value, problem = _read(field, address.get(field.name))
            problems += [problem] if problem else []
        elif not arrived:
            continue
        elif value is not None:
            value, _ = _read(field, value)
        if value is not None:
            st.session_state[field.name] = value
        elif arrived or followed or field.of in changed:
            st.session_state.pop(field.name, None)
    return problems


def remember(page: str, fields: Iterable[Field]) -> None:
    """Write what is chosen now into the address."""
    found = {}
    for field in fields:
        value = st.session_state.get(field.name)
        text = "" if value is None else field.write(value)
        if text:
            found[field.name] = text
    st.session_state.setdefault(_KEPT, {})[page] = dict(found)
    everywhere = {name: found[name] for name in _EVERYWHERE if name in found}
    st.session_state[_CARRIED] = {**st.session_state.get(_CARRIED, {}), **everywhere}
    if found != st.query_params.to_dict():
        st.query_params.from_dict(found)
    st.session_state[_WRITTEN] = found


def chosen_on(page: str) -> Mapping[str, str]:
    """What was chosen on a page, as its address said it when it was drawn last; nothing where it never was."""
    kept: Mapping[str, str] = st.session_state.get(_KEPT, {}).get(page, {})
    return kept


def one_of(kind: str, known: Iterable[str]) -> Callable[[str], str]:
    """Reads a name that has to be one of those that exist."""
    there = tuple(known)

    def read(text: str) -> str:
        if text not in there:
            raise InputError(f"there is no such {kind}; what exists: {', '.join(there) or 'none'}")
        return text

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """Reads a number between two ends, which belong to it."""

    def read(text: str) -> float:
        if "_" in text:  # Python alone reads 1_000 as a number
            raise ValueError(text)
        found = float(text) + 0.0  # no negative zero
        if 0 < abs(found) < _NOTHING:
            raise InputError(f"it must be 0, or more than {_NOTHING:g}")
        if not least <= found <= most:
            raise InputError(f"it must be from {least:g} to {most:g}")
        return found

    return read


def _read(field: Field, text: str | None) -> tuple[Any, str]:
    """The value and no problem, or None and a sentence."""
    if text is None:
        return None, ""
    try:
        return field.read(text), ""
    except (InputError, Damaged) as error:
        return None, passed_over(field.name, text, str(error))
    except ValueError:
        return None, passed_over(field.name, text, "it is not a number")


def passed_over(name: str, text: str, why: str) -> str:
    """A sentence about something in the address that cannot be used."""
    return f"“{plain(name[:60])}={plain(text[:60])}” in the address is passed over: {plain(why.rstrip('.'))}."
