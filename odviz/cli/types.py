"""Command-line types: times, sizes, shares, energies and recipes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from odviz.domain.errors import FileRefused, RecipeError
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.text import number, quoted, visible, whole
from odviz.library.files import read_text

_QUANTITY = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)[ ]?([^0-9.]*)")  # no text is tried in two ways


_LONGEST_NAME = 200
"""Characters of a name."""


class Quantity(click.ParamType[float]):
    """A positive number with a unit.

    Args:
        name: printable in the help.
        units: factor to the SI unit by what may be written behind the number.
        zero: whether 0 is accepted too.
    """

    def __init__(self, name: str, units: Mapping[str, float], zero: bool = False) -> None:
        self.name, self.units, self.zero = name, units, zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The value in the SI unit."""
        if isinstance(value, float):
            return value
        text = str(value).strip(" ")
        match = _QUANTITY.fullmatch(text)
        try:
            quantity = number(match[1]) * self.units[match[2]] if match else math.nan
        except (ValueError, KeyError):
            quantity = math.nan
        if not (0 < quantity < math.inf or (self.zero and quantity == 0)):
            units = ", ".join(unit or "none" for unit in self.units)
            least = "0 or more" if self.zero else "above 0"
            self.fail(
                f"{quoted(text)} is not a {self.name.lower()}: write a number {least} and a unit ({units}).", param, ctx
            )
        return quantity


DURATION = Quantity("TIME", {"": 1, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "min": 60, "m": 60, "h": 3600})
SHARE = Quantity("SHARE", {"": 1, "%": 0.01})
MARGIN = Quantity("SHARE", {"": 1, "%": 0.01}, zero=True)
SIZE = Quantity("SIZE", {"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1024**2})
ENERGY = Quantity("ENERGY", {"": 1, "J": 1, "mJ": 1e-3, "uJ": 1e-6, "µJ": 1e-6, "nJ": 1e-9})


class Whole(click.IntRange):
    """A whole number in ASCII digits: Python reads more than these."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, within the range."""
        try:
            count = whole(str(value))
        except ValueError:
            self.fail(f"{quoted(str(value))} is not a whole number.", param, ctx)
        return super().convert(count, param, ctx)


class Text(click.ParamType[str]):
    """Words that a database can be asked for: a name that somebody can have typed."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words."""
        text = str(value)
        if visible(text) != text:
            self.fail(f"{quoted(text)} holds characters that are not shown; nothing is called so.", param, ctx)
        if len(text) > _LONGEST_NAME:
            self.fail(f"{quoted(text)} has {len(text):,} characters; no name is so long.", param, ctx)
        return text


TEXT = Text()

LARGEST = 1 << 20
"""Bytes of a file of recipes."""


class RecipeType(click.ParamType[tuple[Recipe, ...]]):
    """A recipe, or `@file` with a recipe per line."""

    name = "RECIPE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Recipe, ...]:
        """The recipes."""
        text = str(value)
        if not text.startswith("@"):
            return (_parse(text),)
        try:
            lines = read_text(Path(text[1:]), LARGEST, "recipe file").replace("\r\n", "\n").split("\n")
        except FileRefused as error:
            self.fail(str(error), param, ctx)
        recipes = tuple(_parse(line) for line in lines if line.strip() and not line.lstrip().startswith("#"))
        if not recipes:
            self.fail(f"The recipe file {quoted(text[1:])} holds no recipe.", param, ctx)
        return recipes


def _parse(text: str) -> Recipe:
    try:
        return parse_recipe(text)
    except RecipeError as error:
        raise click.BadParameter(str(error)) from error


RECIPE = RecipeType()


recipe_option = click.option(
    "--recipe",
    "recipes",
    type=RECIPE,
    multiple=True,
    help="A compression recipe such as int8-static or 'prune-structured:50+int8-static', a named one as 'till=…', or "
    "@FILE with one per line; may be given several times. By default a sensible set. See `odviz list methods`.",
)
