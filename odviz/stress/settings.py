"""Settings of stress tests: how much they do, declared once for the plan, the terminal and the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from odviz.domain.errors import InputError

T = TypeVar("T")

_MOST = 8
"""Numbers in a list."""

NO_SETTINGS: Mapping[str, str] = {}
"""The defaults of all."""


def option_of(name: str) -> str:
    """The option of a setting."""
    return f"--{name.replace('_', '-')}"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A setting.

    Attributes:
        name: in a plan ("attack_queries"); the option is `--attack-queries`.
        default: what holds unless a person chooses.
        parse: reads what a person typed; ValueError with a reason.
        help: what it is, as a sentence.
    """

    name: str
    default: T
    parse: Callable[[str], T]
    help: str

    @property
    def option(self) -> str:
        """As an option of the terminal."""
        return option_of(self.name)

    def read(self, settings: Mapping[str, str]) -> T:
        """The value among the settings of a plan; the default if it is not there.

        Raises:
            InputError: it cannot be read.
        """
        if self.name not in settings:
            return self.default
        text = settings[self.name]
        try:
            return self.parse(text)
        except ValueError as error:
            raise InputError(f"{self.option} cannot be {text!r}: {error}.") from error


def a_name(text: str) -> str:
    """Any name."""
    return text


def a_whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within a range."""

    def parse(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else least - 1
        if not least <= number <= most:
            raise ValueError(f"it must be a whole number from {least:,} to {most:,}")
        return number

    return parse


def some_numbers(least: float, most: float, unit: str = "") -> Callable[[str], tuple[float, ...]]:
    """One to eight numbers within a range with commas between them, ascending, each once.

    Args:
        least: of all.
        most: of all.
        unit: that may follow a number; percent are hundredths.
    """

    def parse(text: str) -> tuple[float, ...]:
        try:
            numbers = [
                float(part.strip().removesuffix(unit)) * (0.01 if unit == "%" else 1) for part in text.split(",")
            ]
        except ValueError:
            numbers = []
        if not 0 < len(numbers) <= _MOST or not all(least <= number <= most for number in numbers):
            ends = f"{least:.0%} to {most:.0%}" if unit == "%" else f"{least:g} to {most:g}"
            raise ValueError(f"it must be one to {_MOST} numbers from {ends}, with commas between them")
        return tuple(sorted(set(numbers)))

    return parse
