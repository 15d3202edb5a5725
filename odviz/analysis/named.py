"""Variants that a person means by a part of their name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from odviz.domain.errors import InputError
from odviz.domain.target import OperatingPoint
from odviz.domain.text import quoted

T = TypeVar("T")


def named(variants: Sequence[T], text: str, point: Callable[[T], OperatingPoint]) -> list[T]:
    """The variants with a text in their name; if one is called exactly so, that one alone.

    Args:
        variants: to choose from.
        text: a part of a name, or a whole one; all variants have the empty text.
        point: of a variant, whose label is its name.

    Raises:
        InputError: none has it.
    """
    meant = [one for one in variants if text in point(one).label]
    if not meant:
        raise InputError(f"No variant has {quoted(text)} in its name: {_labels(variants, point) or 'there is none'}.")
    return [one for one in meant if point(one).label == text] or meant


def only_named(variants: Sequence[T], text: str, point: Callable[[T], OperatingPoint]) -> T:
    """The only variant of `named`.

    Raises:
        InputError: none has the text in its name, or several have.
    """
    meant = named(variants, text, point)
    if len(meant) > 1:
        raise InputError(f"Several variants have {quoted(text)} in their name: {_labels(meant, point)}. Name one.")
    return meant[0]


def _labels(variants: Sequence[T], point: Callable[[T], OperatingPoint]) -> str:
    return ", ".join(dict.fromkeys(point(one).label for one in variants))
