"""Options for limits, one for each objective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import click

from odviz.cli.types import DURATION, ENERGY, SHARE, SIZE, Quantity
from odviz.domain.objective import Limits, Objective
from odviz.objectives import objectives

_TYPES = {"s": DURATION, "1": SHARE, "B": SIZE, "J": ENERGY}

ReadLimits = Callable[[Iterable[Objective]], Limits]
"""Reads the limits that were typed, in the units of a task's objectives.

Raises click.BadParameter for a text that is not a number with such a unit, LimitError for one that no value satisfies.
"""


class LimitedCommand(click.Command):
    """A command with one option per objective; its callback gets `limits`, a `ReadLimits`.

    The texts are read late, because the unit of some objectives is that of the task's metric.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters of the command, options for limits before the others."""
        params = super().get_params(ctx)
        arguments = [param for param in params if isinstance(param, click.Argument)]
        return [*arguments, *map(_LimitOption, objectives()), *(param for param in params if param not in arguments)]

    def invoke(self, ctx: click.Context) -> Any:
        """Call the callback with `limits` in place of the single options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, _LimitOption)]
        typed = {option: ctx.params.pop(option.objective.name) for option in options}
        ctx.params["limits"] = partial(_read, ctx, typed)
        return super().invoke(ctx)


class _LimitOption(click.Option):
    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        flag = objective.limit.key.replace("_", "-")
        super().__init__([f"--{flag}", objective.name], metavar=_type(objective).name, help=objective.limit.help)


def _type(objective: Objective) -> Quantity:
    return _TYPES.get(objective.unit) or Quantity(objective.unit or "NUMBER", {"": 1, objective.unit: 1})


def _read(ctx: click.Context, typed: Mapping[_LimitOption, str | None], of_task: Iterable[Objective]) -> Limits:
    by_name = {objective.name: objective for objective in of_task}
    limits = {}
    for option, text in typed.items():
        if text is not None:
            objective = by_name.get(option.objective.name, option.objective)
            limits[objective] = _type(objective).convert(text, option, ctx)
    return Limits(limits)
