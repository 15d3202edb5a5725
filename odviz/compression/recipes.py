"""Recipes checked against the methods and options that exist; no runtime is needed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from odviz.compression import METHODS
from odviz.compression.base import Example, Method, Option
from odviz.domain.errors import RecipeError
from odviz.domain.recipe import MAIN, Recipe, Step, parse_recipe
from odviz.domain.target import Precision
from odviz.domain.text import number, quoted
from odviz.formats import FORMATS


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step whose method and options exist.

    Attributes:
        method: the plug-in.
        options: (name, value) of every option that applies to the format, in the method's order, defaults filled in.
    """

    method: Method
    options: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The shortest written form: main option bare, defaults left out."""
        return str(_shortest(self.method, dict(self.options)))


def resolve(recipe: Recipe, format: str) -> tuple[ResolvedStep, ...]:
    """Check a recipe against the methods that exist.

    Args:
        recipe: as read by `parse_recipe`.
        format: what it will be applied to.

    Returns:
        One resolved step per step, in order.

    Raises:
        UnknownName: no such method or format.
        RecipeError: no such option, a bad value, a format that the method cannot compress, or an impossible order.
    """
    resolved = []
    for step in recipe.steps:
        method = METHODS[step.method]
        values = _values(step, method)
        refusal = partial(RecipeError, recipe=str(recipe), method=method.name, format=format)
        if format not in method.formats:
            raise refusal(
                f"{method.name!r} cannot be applied to {FORMATS[format].title} files, "
                f"only to {_titles(method.formats)} ones.{_alternatives(method, format)}"
            )
        for option in method.options:
            if option.applies_to(format):
                continue
            if values[option.name] != option.default:
                raise refusal(
                    f"Option {option.name!r} of {method.name!r} exists for {_titles(option.formats or method.formats)} "
                    f"files only; leave it out for {FORMATS[format].title}.",
                    option=option.name,
                )
            del values[option.name]
        resolved.append(ResolvedStep(method, tuple(values.items())))
    _check_order(recipe, [step.method for step in resolved])
    return tuple(resolved)


def canonical(recipe: Recipe) -> Recipe:
    """The shortest written form of a recipe: main options bare, numbers normalized, defaults dropped.

    Equivalent recipes are equal, and hash equal, in this form. The user's name for the recipe is kept.

    Raises:
        UnknownName: no such method.
        RecipeError: no such option, or a bad value.
    """
    steps = []
    for step in recipe.steps:
        method = METHODS[step.method]
        steps.append(_shortest(method, _values(step, method)))
    return Recipe(tuple(steps), recipe.name)


def precision(recipe: Recipe, format: str) -> Precision:
    """Number type the weights are left in: "fp32", "fp16", "int8", "int16x8" or "int4".

    Raises:
        UnknownName: no such method.
        RecipeError: the recipe cannot be applied to this format.
    """
    precisions = [step.method.precision for step in resolve(recipe, format) if step.method.precision is not None]
    return precisions[-1] if precisions else Precision.FP32


def quantizers(recipe: Recipe) -> tuple[str, ...]:
    """Names of the methods of a recipe that change the number type; a method that no longer exists counts as one."""
    names = (step.method for step in recipe.steps)
    return tuple(name for name in names if name not in METHODS or METHODS[name].precision)


def formats(recipe: Recipe) -> frozenset[str]:
    """Names of the formats that the recipe can be applied to.

    Raises:
        UnknownName: no such method.
        RecipeError: the recipe can be applied to no format.
    """
    supported, refusals = set(), []
    for format in FORMATS.names():
        try:
            resolve(recipe, format)
        except RecipeError as error:
            refusals.append(error)
        else:
            supported.add(format)
    if not supported:
        raise refusals[-1]
    return frozenset(supported)


def suggested(format: str, checkpoints: Iterable[int] = (), *, quick: bool = False) -> tuple[Recipe, ...]:
    """The examples of every method, without repeats and without the uncompressed parent.

    Args:
        format: name of the format that will be compressed.
        checkpoints: `Checkpoint.nominal` of the checkpoints that exist; 0, the dense one, may be among them.
        quick: only those for a short sweep.
    """
    pruned = tuple(sorted(nominal for nominal in set(checkpoints) if nominal))
    examples: list[Example] = []
    for method in METHODS:
        if format in method.conversions:
            examples += method.conversions[format].examples(pruned)
    recipes = (canonical(parse_recipe(example.recipe)) for example in examples if example.quick or not quick)
    # A method may combine itself with one that cannot compress this format, or suggest what another one suggests too.
    return tuple(recipe for recipe in dict.fromkeys(recipes) if format in formats(recipe))


def _values(step: Step, method: Method) -> dict[str, str]:
    """Value of every option of a method, in its order: as written, checked and normalized, else the default."""
    written, refusal = dict(step.options), partial(RecipeError, recipe=str(step), method=method.name)
    if MAIN in written:
        if not method.options:
            raise refusal(f"{method.name!r} takes no options, but {quoted(written[MAIN])} was given in '{step}'.")
        main = method.options[0].name
        if main in written:
            raise refusal(f"Option {main!r} is given twice in '{step}': once bare and once by name.", option=main)
        written[main] = written.pop(MAIN)
    names = [option.name for option in method.options]
    for name in written:
        if name not in names:
            options = f"its options are {', '.join(names)}" if names else "it takes none"
            raise refusal(f"{method.name!r} has no option {quoted(name)}: {options}.", option=name)
    values = {}
    for option in method.options:
        value = written.get(option.name, option.default)
        if value is None:
            raise refusal(
                f"{method.name!r} needs its option {option.name!r}, {_allowed(option)}: "
                f"write {method.name}:{_example_value(option)}, for example.",
                option=option.name,
            )
        values[option.name] = _value(value, option, method)
    return values


def _value(text: str, option: Option, method: Method) -> str:
    """The normalized value of an option."""
    refusal = RecipeError(
        f"{quoted(text)} is no {option.name} of {method.name!r}, which is {_allowed(option)}.",
        recipe=f"{method.name}:{option.name}={text}",
        method=method.name,
        option=option.name,
    )
    if option.choices:
        if text not in option.choices:
            raise refusal
        return text
    try:
        value = number(text.removesuffix("%"))
    except ValueError:
        raise refusal from None
    if not option.low <= value <= option.high:
        raise refusal
    return f"{value:g}"


def _allowed(option: Option) -> str:
    if option.choices:
        return "one of " + ", ".join(option.choices)
    return f"a number from {option.low:g} to {option.high:g}"


def _example_value(option: Option) -> str:
    return option.choices[0] if option.choices else f"{(option.low + option.high) / 2:.0f}"


def _shortest(method: Method, values: dict[str, str]) -> Step:
    options = []
    for index, option in enumerate(method.options):
        if option.name in values and values[option.name] != option.default:
            options.append((option.name if index else MAIN, values[option.name]))
    return Step(method.name, tuple(sorted(options)))


def _titles(formats: frozenset[str]) -> str:
    return " and ".join(format.title for format in FORMATS if format.name in formats)


def _alternatives(method: Method, format: str) -> str:
    """Methods that leave the same number type in that format."""
    names = [
        candidate.name
        for candidate in METHODS
        if format in candidate.formats and candidate.precision == method.precision
    ]
    return f" For {FORMATS[format].title} there is {' or '.join(names)}." if names else ""


def _check_order(recipe: Recipe, methods: list[Method]) -> None:
    converter: Method | None = None
    names = set()
    for index, method in enumerate(methods):
        problem = ""
        if method.starts and index:
            problem = f"{method.name!r} starts from another trained network, so it has to come first."
        elif method.name in names:
            problem = f"{method.name!r} stands in it twice; once is enough."
        elif converter is not None and method.precision is not None:
            problem = f"{converter.name!r} and {method.name!r} both change the number type; keep one."
        elif converter is not None:
            problem = (
                f"{method.name!r} cannot follow {converter.name!r}, which leaves no float weights; "
                f"put {method.name!r} before it."
            )
        if problem:
            raise RecipeError(f"Recipe '{recipe}': {problem}", recipe=str(recipe), method=method.name)
        names.add(method.name)
        converter = method if method.precision is not None else converter
