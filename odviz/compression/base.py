"""What a compression method is; each is one file with a `plugin`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from odviz.domain.model import Layout, Model, Sensitivity
from odviz.domain.target import Precision
from odviz.metrics.base import Metric
from odviz.tasks.base import Examples


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a method.

    Attributes:
        name: its key in a recipe.
        doc: one sentence.
        default: value used when the recipe gives none; None when the recipe must give one.
        choices: allowed words; empty for a number.
        low: least number allowed.
        high: greatest number allowed.
        formats: names of the formats that it applies to; None for all of the method's.
    """

    name: str
    doc: str
    default: str | None
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    formats: frozenset[str] | None = None

    def applies_to(self, format: str) -> bool:
        """Whether the option can be set for files of a format."""
        return self.formats is None or format in self.formats


@dataclass(frozen=True, slots=True)
class Example:
    """A recipe worth trying, in its written form; `quick` ones are also part of a short sweep."""

    recipe: str
    quick: bool = False


@dataclass(frozen=True)
class ModelSource:
    """What a method starts from.

    Attributes:
        path: main file of the model.
        format: name of its format.
        layout: of its input.
        model: the model it descends from (structured pruning picks another checkpoint of it).
        pristine: whether it is still the untouched dense checkpoint.
        calibration: items from the training part (canonical layout).
        metric: that scores the items; None if it is not known.
        report_alive: to be called in the course of long work.
    """

    path: Path
    format: str
    layout: Layout
    model: Model
    pristine: bool
    calibration: Examples
    metric: Metric | None = None
    report_alive: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a method did.

    Attributes:
        changed: False when the method changed nothing in the model.
        notes: sentences shown beside the variant.
        sensitivities: of the operators, the most sensitive first, where a method chose by them what stays float.
    """

    changed: bool
    notes: tuple[str, ...] = field(default=())
    sensitivities: tuple[Sensitivity, ...] = ()


Apply = Callable[[ModelSource, Path, Mapping[str, str]], Applied]
"""Writes the compressed model.

Arguments: what to start from; the main file to write, which does not exist yet, in a folder that does; value of every
option that applies to the format. Raises RecipeError where the method cannot be applied to this model.
"""


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a method compresses models of one format.

    Attributes:
        apply: writes the compressed model.
        examples: recipes worth trying, from the `nominal` of the structured-pruned checkpoints that exist, rising.
    """

    apply: Apply
    examples: Callable[[tuple[int, ...]], tuple[Example, ...]]


def always(*examples: Example) -> Callable[[tuple[int, ...]], tuple[Example, ...]]:
    """The same examples whatever checkpoints exist."""
    return lambda _: examples


@dataclass(frozen=True, kw_only=True)
class Method:
    """A compression method; a plug-in.

    Attributes:
        name: as written in a recipe ("int8-static").
        title: as shown.
        summary: one sentence for a person who knows no machine learning.
        conversions: by name of format. The method refuses every format that is not among them.
        options: the first is the main one: `method:value` sets it.
        precision: number type it leaves weights and computing in ("int8"); None if it does not change that.
        starts: whether it picks another checkpoint of the model, so that it can only come first.
        calibrated: whether what it writes depends on the calibration items.
        version: raised whenever it writes other bytes than before; cached files of an older version are made again.
    """

    name: str
    title: str
    summary: str
    conversions: Mapping[str, Conversion]
    options: tuple[Option, ...] = ()
    precision: Precision | None = None
    starts: bool = False
    calibrated: bool = False
    version: int = 1

    @property
    def formats(self) -> frozenset[str]:
        """Names of the formats it can compress."""
        return frozenset(self.conversions)

    def apply(self, source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
        """Write the compressed model to `target`; see `Apply`."""
        return self.conversions[source.format].apply(source, target, options)
