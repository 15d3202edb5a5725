"""Changes to texts: lists of strings; or to arrays of token ids, where the texts are not kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Floats
from odviz.stress._kinds import Kind

Rng = np.random.Generator
Ids = NDArray[np.integer[Any]]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typos(texts: Sequence[str], level: float, rng: Rng) -> list[str]:
    """Letters that are wrong, left out or swapped with the next; the level is their share."""
    return [_mistyped(text, level, rng) for text in texts]


def dropped_words(texts: Sequence[str], level: float, rng: Rng) -> list[str]:
    """Words that are left out, but never all; the level is their share."""

    def kept(words: list[str], chances: Floats) -> list[str]:
        most = int(chances.argmax())
        return [word for place, word in enumerate(words) if chances[place] >= level or place == most]

    return _by_words(texts, rng, kept)


def case(texts: Sequence[str], level: float, rng: Rng) -> list[str]:
    """Words in capitals; the level is their share."""

    def raised(words: list[str], chances: Floats) -> list[str]:
        return [word.upper() if chance < level else word for word, chance in zip(words, chances, strict=True)]

    return _by_words(texts, rng, raised)


def _by_words(texts: Sequence[str], rng: Rng, change: Callable[[list[str], Floats], list[str]]) -> list[str]:
    changed = []
    for text in texts:
        words = text.split(" ")
        changed.append(" ".join(change(words, rng.random(len(words)))))
    return changed


def _mistyped(text: str, level: float, rng: Rng) -> str:
    chances, ways = rng.random(len(text)), rng.integers(3, size=len(text))
    letters = rng.integers(len(_LETTERS), size=len(text))
    typed = list(text)
    for place in np.flatnonzero(chances < level):
        if not text[place].isalpha():
            continue
        if ways[place] == 0:
            typed[place] = _LETTERS[letters[place]]
        elif ways[place] == 1:
            typed[place] = ""
        elif place + 1 < len(text):
            typed[place], typed[place + 1] = typed[place + 1], typed[place]
    return "".join(typed)


def dropped_tokens(ids: Ids, level: float, rng: Rng) -> Ids:
    """Token ids that are left out, the rest moved up; the level is their share."""
    padding = _padding(ids)
    dropped = (rng.random(ids.shape) < level) & (ids != padding)
    order = np.argsort(dropped, axis=1, kind="stable")
    return np.take_along_axis(np.where(dropped, padding, ids), order, axis=1)


def swapped_tokens(ids: Ids, level: float, rng: Rng) -> Ids:
    """Token ids that are swapped with the next; the level is their share."""
    changed, padding = ids.copy(), _padding(ids)
    chances = rng.random(ids.shape)
    for place in range(0, ids.shape[1] - 1, 2):
        swap = (chances[:, place] < level) & (ids[:, place] != padding) & (ids[:, place + 1] != padding)
        changed[swap, place], changed[swap, place + 1] = ids[swap, place + 1], ids[swap, place]
    return changed


def _padding(ids: Ids) -> int:
    """The id that fills texts up: the most frequent one at the end."""
    values, counts = np.unique(ids[:, -1], return_counts=True)
    return int(values[counts.argmax()])


KINDS = (
    Kind("typos", "Typing errors", (0.02, 0.05, 0.09, 0.14, 0.2), typos),
    Kind("dropped-words", "Missing words", (0.08, 0.16, 0.26, 0.38, 0.52), dropped_words),
    Kind("case", "Capital letters", (0.2, 0.4, 0.6, 0.8, 1.01), case),
)

TOKEN_KINDS = (
    Kind("dropped-tokens", "Missing words", (0.08, 0.16, 0.26, 0.38, 0.52), dropped_tokens),
    Kind("swapped-tokens", "Swapped words", (0.1, 0.25, 0.45, 0.7, 1.01), swapped_tokens),
)
