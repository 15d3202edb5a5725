"""Recipes: ordered compression steps as a value with one written form.

Grammar (white space around the signs is ignored)::

    recipe  = [name "="] ("fp32" | step *("+" step))
    step    = method [":" option *("," option)]
    option  = value | key "=" value          a bare value may only come first: the method's main option

Examples: ``fp32``; ``int8-static``; ``prune-structured:50 + int8-static:calibration=entropy``;
``till = prune-structured:70+int8-static``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Final

from odviz.domain.errors import RecipeError
from odviz.domain.text import quoted

BASE = "fp32"
"""Written form of the recipe without steps."""

MAIN = ""
"""Key of a bare first value; the method replaces it by the name of its main option."""

_LONGEST, _LONGEST_NAME = 1000, 60
"""Characters of a recipe, and of its name."""

_CHARACTERS = re.compile(r"[\t -~]*\Z")
"""Printable ASCII: Python takes further characters for white space, which nobody can see."""

_METHOD = re.compile(r"[a-z][a-z0-9-]*\Z")
_KEY = re.compile(r"[a-z][a-z0-9_-]*\Z")
_VALUE = re.compile(r"[A-Za-z0-9_.%-]+\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One method with its options.

    Attributes:
        method: name of a compression method.
        options: (key, value) pairs sorted by key, values as written; key MAIN for a bare first value.
    """

    method: str
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The written form; parses back to an equal step."""
        words = [value if key == MAIN else f"{key}={value}" for key, value in self.options]
        return self.method + (":" + ",".join(words) if words else "")


@total_ordering
class Recipe:
    """Ordered compression steps.

    Not a dataclass, because msgspec would write one as an object: the JSON form of a recipe is its written form.

    Attributes:
        steps: applied first to last; empty for the uncompressed model.
        name: the user's name for it, empty if it has none; not compared.
    """

    __slots__ = ("name", "steps")

    def __init__(self, steps: tuple[Step, ...] = (), name: str = "") -> None:
        self.steps: Final = steps
        self.name: Final = name

    def __str__(self) -> str:
        """The written form without the name."""
        return "+".join(map(str, self.steps)) or BASE

    def __repr__(self) -> str:
        return f"Recipe({self.steps!r}, {self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.steps == other.steps if isinstance(other, Recipe) else NotImplemented

    def __lt__(self, other: Recipe) -> bool:
        return self.steps < other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    @property
    def label(self) -> str:
        """The user's name for it, or its written form."""
        return self.name or str(self)


def parse_recipe(text: str) -> Recipe:
    """Read a recipe's written form.

    Args:
        text: see the module's grammar.

    Returns:
        The recipe; its methods and options are checked by `odviz.compression.recipes.resolve`.

    Raises:
        RecipeError: with the part that could not be read.
    """
    if len(text) > _LONGEST or not _CHARACTERS.match(text):
        raise RecipeError(
            f"Recipe {quoted(text)} is not one line of at most {_LONGEST} letters, digits and signs.",
            recipe=quoted(text),
        )
    body, name = text.strip(), ""
    head, equals, rest = body.partition("=")
    if equals and not (set(":+,") & set(head)):
        name, body = head.strip(), rest.strip()
        if len(name) > _LONGEST_NAME or not _NAME.match(name):
            raise RecipeError(
                f"Recipe {quoted(text)}: {quoted(name)} cannot be a name: at most {_LONGEST_NAME} letters, digits, "
                "spaces, '.', '_', '-'.",
                recipe=text,
            )
    if body == BASE:
        return Recipe((), name)
    return Recipe(tuple(_step(part.strip(), text) for part in body.split("+")), name)


def _step(part: str, whole: str) -> Step:
    method, colon, tail = (word.strip() for word in part.partition(":"))
    if method == BASE:
        raise RecipeError(f"Recipe {quoted(whole)}: {BASE!r} means no compression and stands alone.", recipe=whole)
    if not _METHOD.match(method):
        where = f"{quoted(part)} is not a step" if part else "an empty step"
        raise RecipeError(
            f"Recipe {quoted(whole)}: {where}; write method or method:option=value, joined by '+'.", recipe=whole
        )
    options: dict[str, str] = {}
    for index, word in enumerate(tail.split(",") if colon else ()):
        key, equals, value = (piece.strip() for piece in word.partition("="))
        if not equals and index == 0:
            key, value = MAIN, key
        elif not _KEY.match(key) or not equals:
            raise RecipeError(
                f"Recipe {quoted(whole)}: {quoted(word.strip())} in {quoted(part)} is not key=value.",
                recipe=whole,
                method=method,
            )
        if not _VALUE.match(value):
            raise RecipeError(
                f"Recipe {quoted(whole)}: {quoted(value)} in {quoted(part)} is not a value.",
                recipe=whole,
                method=method,
                option=key,
            )
        if key in options:
            raise RecipeError(
                f"Recipe {quoted(whole)}: option {quoted(key)} is repeated in {quoted(part)}.",
                recipe=whole,
                method=method,
                option=key,
            )
        options[key] = value
    return Step(method, tuple(sorted(options.items())))
