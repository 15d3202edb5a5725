"""What a compression method is: a small Protocol; one file each behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from odviz.domain.model import Layout, Model
from odviz.tasks.base import Examples


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a method.

    Attributes:
        name: its key in a recipe.
        doc: one sentence.
        default: value used when it is not written; None when it must be given.
        choices: the words it may be; empty for a number.
        low: least number allowed.
        high: greatest number allowed.
        formats: where it means something, None for all of the method's; elsewhere it cannot be set.
    """

    name: str
    doc: str
    default: str | None
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    formats: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A recipe worth trying, in its written form; `quick` ones are also part of a short sweep."""

    recipe: str
    quick: bool = False


@dataclass(frozen=True)
class Source:
    """What a method starts from.

    Attributes:
        path: the file.
        format: its format.
        layout: of its input.
        model: the model it descends from (structured pruning picks another checkpoint of it).
        pristine: whether it is still the untouched dense checkpoint.
        calibration: items from the training part (canonical layout).
    """

    path: Path
    format: str
    layout: Layout
    model: Model
    pristine: bool
    calibration: Examples


@dataclass(frozen=True, slots=True)
class Applied:
    """What a method did.

    Attributes:
        changed: False when nothing in the model was changed: a no-op, which is said.
        notes: sentences worth showing beside the variant.
    """

    changed: bool
    notes: tuple[str, ...] = field(default=())


class Method(Protocol):
    """A compression method; a plugin."""

    name: str
    title: str
    summary: str
    """One sentence for a person who knows no machine learning."""
    formats: frozenset[str]
    options: tuple[Option, ...]
    """The first is the main one: `method:value` sets it."""
    precision: str | None
    """Number type it leaves weights and compute in ("int8"); None if it does not touch that."""
    starts: bool
    """Whether it picks another shipped checkpoint, so that it can only come first."""
    calibrated: bool
    """Whether what it writes depends on the calibration items."""
    version: int
    """Raised whenever it writes other bytes than before: files cached from an older one are made again."""

    def examples(self, format: str, checkpoints: tuple[int, ...]) -> tuple[Example, ...]:
        """Recipes worth trying with this method.

        Args:
            format: what they will be applied to; one of `formats`.
            checkpoints: `Checkpoint.nominal` of the structured-pruned checkpoints that exist, rising.
        """
        ...

    def apply(self, source: Source, target: Path, options: Mapping[str, str]) -> Applied:
        """Write the compressed model to `target`.

        Args:
            source: what to start from.
            target: a path that does not exist yet, in a folder that does.
            options: every option of the method, defaults filled in, already checked.

        Raises:
            RecipeError: the method cannot be applied to this model, with the reason.
        """
        ...
