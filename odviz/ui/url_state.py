"""Page state in the URL: every choice on a page can be sent to somebody else as a link.

Each page declares `UrlField`s. `restore` reads them into the session state before widgets are drawn, `save` writes them
back afterwards. A parameter that cannot be used becomes a `LinkProblem`, and the others still apply. Choices survive
a visit to another page; choices that several pages share (`_SHARED`) are carried from page to page.

Streamlit's own `bind="query-params"` drops invalid values without a message, cannot validate one parameter against
another (a target belongs to a device, a benchmark to a task), and covers only widgets, not points selected in a chart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from odviz.domain.errors import Damaged, InputError
from odviz.domain.text import number as read_number
from odviz.report.markdown import plain

_MAX_UNKNOWN = 5
"""Unknown parameters that are reported one by one."""

_MAX_QUOTED = 60
"""Characters of a parameter that a message quotes."""

_SMALLEST = 1e-300
"""Smaller numbers lose precision (subnormal floats)."""

_FOREIGN = re.compile(r"embed|utm_|\w*clid$")
"""Parameters for Streamlit itself, and tracking parameters that other sites append."""

BENCHMARK_CHOICES: dict[str, Any] = {"benchmark": None, "only": None, "pick": ()}
"""Parameters that belong to a single benchmark, with their values for any other benchmark."""

_PAGE, _ARRIVED, _WRITTEN, _SAVED, _CARRIED = "_page", "_arrived", "_written", "_saved", "_carried"
_SHARED = ("task",)


@dataclass(frozen=True, slots=True)
class UrlField:
    """One URL parameter.

    Attributes:
        name: of the parameter, and key of its widget in the session state.
        parse: text to value; raises ValueError or InputError for text without a meaning.
        write: value to text; empty for a value that the URL leaves out.
        depends_on: name of a shared field; when that one changed on another page, this one is reset.
    """

    name: str
    parse: Callable[[str], Any]
    write: Callable[[Any], str]
    depends_on: str = ""


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A URL parameter that was ignored.

    Attributes:
        name: of the parameter.
        text: its value as written in the URL.
        reason: why it was ignored, as a sentence or clause.
    """

    name: str
    text: str
    reason: str

    def __str__(self) -> str:
        """Message for the page, in Markdown."""
        name, text = (plain(part[:_MAX_QUOTED]) for part in (self.name, self.text))
        return f"“{name}={text}” in the address is ignored: {plain(self.reason.rstrip('.'))}."


def enter_page(page: str) -> None:
    """Record which page is drawn. Every page calls this first."""
    st.session_state[_ARRIVED] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page


def restore(page: str, fields: Iterable[UrlField]) -> list[LinkProblem]:
    """Copy the URL, or else the choices saved on an earlier visit, into the session state.

    Args:
        page: name of the page.
        fields: parameters of the page; a field comes after those it depends on.

    Returns:
        The parameters that were ignored.
    """
    url = st.query_params.to_dict()
    arrived = st.session_state[_ARRIVED]
    followed_link = bool(url) and (arrived or url != st.session_state.get(_WRITTEN))
    saved = {**saved_choices(page), **st.session_state.get(_CARRIED, {})}
    changed = {name for name in _SHARED if saved.get(name) != saved_choices(page).get(name)}
    problems, fields = [], tuple(fields)
    if followed_link:
        problems += _unknown_parameters(url, {field.name for field in fields})
    for field in fields:
        value = None
        if followed_link:
            value, problem = _parse(field, url.get(field.name))
            problems += [problem] if problem else []
        elif not arrived:
            continue
        elif field.depends_on not in changed:
            value, _ = _parse(field, saved.get(field.name))
        if value is not None:
            st.session_state[field.name] = value
        else:
            st.session_state.pop(field.name, None)
    return problems


def save(page: str, fields: Iterable[UrlField]) -> None:
    """Write the current choices into the URL, and keep them for the next visit to the page."""
    choices = {}
    for field in fields:
        value = st.session_state.get(field.name)
        text = "" if value is None else field.write(value)
        if text:
            choices[field.name] = text
    st.session_state.setdefault(_SAVED, {})[page] = dict(choices)
    shared = {name: choices[name] for name in _SHARED if name in choices}
    st.session_state[_CARRIED] = {**st.session_state.get(_CARRIED, {}), **shared}
    if choices != st.query_params.to_dict():
        st.query_params.from_dict(choices)
    st.session_state[_WRITTEN] = choices


def saved_choices(page: str) -> Mapping[str, str]:
    """URL parameters of a page when it was last drawn; empty before its first visit."""
    choices: Mapping[str, str] = st.session_state.get(_SAVED, {}).get(page, {})
    return choices


def one_of(kind: str, names: Iterable[str]) -> Callable[[str], str]:
    """Parser for a name out of a fixed set.

    Args:
        kind: what the names denote, for the message.
        names: all valid names.
    """
    valid = tuple(names)

    def parse(text: str) -> str:
        if text not in valid:
            raise InputError(f"there is no such {kind}; choose from {', '.join(valid) or 'none'}")
        return text

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """Parser for a number from `low` to `high`, both included."""

    def parse(text: str) -> float:
        value = read_number(text) + 0.0  # turns −0 into 0
        if 0 < abs(value) < _SMALLEST:
            raise InputError(f"it must be 0, or more than {_SMALLEST:g}")
        if not low <= value <= high:
            raise InputError(f"it must be from {low:g} to {high:g}")
        return value

    return parse


def _unknown_parameters(url: Mapping[str, str], names: set[str]) -> list[LinkProblem]:
    unknown = [(name, text) for name, text in url.items() if name not in names and not _FOREIGN.match(name)]
    return [LinkProblem(name, text, "this page has no such parameter") for name, text in unknown[:_MAX_UNKNOWN]]


def _parse(field: UrlField, text: str | None) -> tuple[Any, LinkProblem | None]:
    """The value, or None with the problem."""
    if text is None:
        return None, None
    try:
        return field.parse(text), None
    except (InputError, Damaged) as error:
        return None, LinkProblem(field.name, text, str(error))
    except ValueError:
        return None, LinkProblem(field.name, text, "it is not a number")
