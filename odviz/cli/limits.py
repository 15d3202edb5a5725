"""Options for limits, one for each objective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import click

from odviz.cli.types import DURATION, ENERGY, SHARE, SIZE, Quantity
from odviz.domain.objective import Limits, Objective
from odviz.objectives import objectives
from odviz.report.commands import NO_LIMIT

_TYPES = {"s": DURATION, "1": SHARE, "B": SIZE, "J": ENERGY}

ReadLimits = Callable[[Iterable[Objective]], Limits]
"""Reads the limits that were typed, in the units of a task's objectives.

Raises click.BadParameter for a text that is not a number with such a unit, LimitError for one that no value satisfies.
"""


class LimitedCommand(click.Command):
    """A command with one option per objective; its callback gets `limits`, a `ReadLimits`.

    The texts are read late, because the unit of some objectives is that of the task's metric.
    """

    default_needs = False
    """Whether the default need of an objective holds where no limit on it is typed."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters of the command, options for limits before the others."""
        params = super().get_params(ctx)
        arguments = [param for param in params if isinstance(param, click.Argument)]
        options = (_LimitOption(objective, self.default_needs) for objective in objectives())
        return [*arguments, *options, *(param for param in params if param not in arguments)]

    def invoke(self, ctx: click.Context) -> Any:
        """Call the callback with `limits` in place of the single options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, _LimitOption)]
        typed = {option: ctx.params.pop(option.objective.name) for option in options}
        ctx.params["limits"] = partial(_read, ctx, typed)
        return super().invoke(ctx)


class DecidingCommand(LimitedCommand):
    """A command that decides under the default needs, unless a person types others."""

    default_needs = True


class _LimitOption(click.Option):
    def __init__(self, objective: Objective, default_need: bool) -> None:
        self.objective, limit = objective, objective.limit
        flag = limit.key.replace("_", "-")
        metavar = "|".join([_type(objective).name, *(need.name for need in limit.needs)])
        default = (limit.default or None) if default_need else None
        if default:
            metavar += f"|{NO_LIMIT}"
        super().__init__(
            [f"--{flag}", objective.name], metavar=metavar, default=default, show_default=True, help=limit.help
        )


def _type(objective: Objective) -> Quantity:
    return _TYPES.get(objective.unit) or Quantity(objective.unit or "NUMBER", {"": 1, objective.unit: 1})


def _read(ctx: click.Context, typed: Mapping[_LimitOption, str | None], of_task: Iterable[Objective]) -> Limits:
    by_name = {objective.name: objective for objective in of_task}
    limits = {}
    for option, text in typed.items():
        if text is not None and text != NO_LIMIT:
            objective = by_name.get(option.objective.name, option.objective)
            need = objective.limit.need(text)
            limits[objective] = need.limit if need else _type(objective).convert(text, option, ctx)
    return Limits(limits)
