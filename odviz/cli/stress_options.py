"""Options of commands that run stress tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from odviz.cli.types import TEXT
from odviz.domain.text import quoted
from odviz.stress import STRESS_TESTS

Command = TypeVar("Command", bound=Callable[..., Any])


class StressTests(click.ParamType[tuple[str, ...]]):
    """Names of stress tests with commas between them."""

    name = "TESTS"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """The names that there are."""
        return ",".join(STRESS_TESTS.names())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names, each once."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(part.strip() for part in str(value).split(",")))
        unknown = next((name for name in names if name not in STRESS_TESTS), None)
        if unknown is not None:
            self.fail(f"{quoted(unknown)} is no stress test; there are {', '.join(STRESS_TESTS.names())}.", param, ctx)
        return names


def stress_settings(command: Command) -> Command:
    """Add the settings of all stress tests as options; those that are typed are passed on together, as `settings`."""
    settings = [setting for test in STRESS_TESTS for setting in test.settings]

    @wraps(command)
    def with_settings(*arguments: Any, **options: Any) -> Any:
        typed = {setting.name: options.pop(setting.name) for setting in settings}
        chosen = {name: text for name, text in typed.items() if text is not None}
        return command(*arguments, settings=chosen, **options)

    decorated: Any = with_settings
    for setting in reversed(settings):
        metavar = setting.name.rpartition("_")[2].upper()
        decorated = click.option(setting.option, setting.name, metavar=metavar, type=TEXT, help=setting.help)(decorated)
    return cast(Command, decorated)
