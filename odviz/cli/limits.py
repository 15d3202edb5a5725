"""Options for limits, one for each objective."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from odviz.cli.types import DURATION, ENERGY, SHARE, SIZE, Quantity
from odviz.domain.objective import Limits, Objective
from odviz.objectives import objectives

_TYPES = {"s": DURATION, "1": SHARE, "B": SIZE, "J": ENERGY}


class LimitedCommand(click.Command):
    """A command with one option per objective; its callback gets them all as the keyword argument `limits`."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters of the command, options for limits before the others."""
        params = super().get_params(ctx)
        arguments = [param for param in params if isinstance(param, click.Argument)]
        return [*arguments, *map(_option, objectives()), *(param for param in params if param not in arguments)]

    def invoke(self, ctx: click.Context) -> Any:
        """Call the callback with the limits that were typed.

        Raises:
            LimitError: a limit that no value could satisfy.
        """
        ctx.params["limits"] = _limits({objective: ctx.params.pop(_parameter(objective)) for objective in objectives()})
        return super().invoke(ctx)


def _limits(typed: Mapping[Objective, float | None]) -> Limits:
    return Limits({objective: value for objective, value in typed.items() if value is not None})


def _option(objective: Objective) -> click.Option:
    kind = _TYPES.get(objective.unit) or Quantity(objective.unit.upper() or "NUMBER", {"": 1, objective.unit: 1})
    flag = objective.limit.key.replace("_", "-")
    return click.Option([f"--{flag}", _parameter(objective)], type=kind, help=objective.limit.help)


def _parameter(objective: Objective) -> str:
    return f"limit_{objective.name}"
