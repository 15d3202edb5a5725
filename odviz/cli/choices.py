"""Options by which a person says how a network of their own takes its items."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from odviz.cli.types import TEXT
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import Choices, Preparation
from odviz.domain.text import number, quoted
from odviz.library.files import read_text
from odviz.metrics import METRICS

LARGEST_LABELS = 1 << 20
"""Bytes of a file of class names."""

_RANGES = {
    "stored": Preparation(),
    "0-1": Preparation(1 / 255),
    "-1-1": Preparation(1 / 255, (0.5,), (0.5,)),
    "0-255": Preparation(255.0),
}
"""Preparations by name; the first numbers are of items of 0 to 255, the last of items of 0 to 1."""

_REVERSED = "bgr"
_LAYOUTS = [Layout.CHANNELS_FIRST.value, Layout.CHANNELS_LAST.value]


class PreparationType(click.ParamType[Preparation]):
    """How stored numbers become inputs."""

    name = "SCALE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Preparation:
        """The preparation."""
        if isinstance(value, Preparation):
            return value
        scale, reverse = 1.0, False
        mean: tuple[float, ...] = (0.0,)
        std: tuple[float, ...] = (1.0,)
        for word in str(value).split():
            try:
                if word in _RANGES:
                    named = _RANGES[word]
                    scale, mean, std = named.scale, named.mean, named.std
                elif word == _REVERSED:
                    reverse = True
                elif word.startswith("mean="):
                    mean = _numbers(word)
                elif word.startswith("std="):
                    std = _numbers(word)
                else:
                    scale = _factor(word)
            except (ValueError, ZeroDivisionError):
                self.fail(
                    f"{quoted(word)} is none of {', '.join(_RANGES)}, {_REVERSED}, a factor as 1/255, mean=M and std=S "
                    "(one number, or one per channel with commas).",
                    param,
                    ctx,
                )
        return Preparation(scale, mean, std, reverse)


def _factor(word: str) -> float:
    top, _, bottom = word.partition("/")
    factor = number(top) / number(bottom or "1")
    if not 0 < factor < float("inf"):
        raise ValueError(word)
    return factor


def _numbers(word: str) -> tuple[float, ...]:
    return tuple(number(part) for part in word.partition("=")[2].split(","))


class ClassesType(click.ParamType[tuple[str, ...]]):
    """Names of classes, separated by commas, or a file with one a line."""

    name = "FILE|A,B,C"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names."""
        if isinstance(value, tuple):
            return value
        path = Path(str(value))
        try:
            text = read_text(path, LARGEST_LABELS, "file of class names") if path.is_file() else str(value)
        except (FileRefused, OSError) as error:
            self.fail(str(error), param, ctx)
        names = (name.strip() for name in re.split(r"\r?\n" if path.is_file() else ",", text))
        return tuple(TEXT.convert(name, param, ctx) for name in names if name)


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets them as `choices`."""

    @functools.wraps(command)
    def chosen(
        metric: str | None,
        scale: Preparation | None,
        output: str,
        layout: str | None,
        classes: tuple[str, ...],
        **others: Any,
    ) -> Any:
        choices = Choices(metric or "", scale, output, Layout(layout) if layout else None, classes)
        return command(choices=choices, **others)

    for option in reversed(_OPTIONS):
        chosen = option(chosen)
    return chosen


_OPTIONS = (
    click.option("--metric", type=click.Choice(METRICS.names()), help="By default what outputs and labels suggest."),
    click.option(
        "--scale",
        type=PreparationType(),
        help="How numbers are prepared: 0-1 and -1-1 (of items from 0 to 255), 0-255 (of items from 0 to 1), stored, "
        "a factor as 1/255, 'mean=0.5 std=0.25', bgr; several in quotes. By default found by trying.",
    ),
    click.option("--output", type=TEXT, default="", help="Name of the output that is the scores."),
    click.option(
        "--layout",
        type=click.Choice(_LAYOUTS),
        help="Of the model's input.",
    ),
    click.option(
        "--labels",
        "classes",
        type=ClassesType(),
        default=(),
        help="Names of the classes in the order of the model's outputs.",
    ),
)
