"""What recipes mean: every method and option is checked here, and no runtime is needed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from odviz.compression import METHODS
from odviz.compression.base import Example, Method, Option
from odviz.domain.errors import RecipeError, UnknownName
from odviz.domain.recipe import BASE, MAIN, Recipe, Step, parse_recipe
from odviz.formats import FORMATS


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step that is known to make sense.

    Attributes:
        method: the plugin.
        options: (name, value) of every option the format knows, in the method's order, defaults filled in.
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
        UnknownName: no such method.
        RecipeError: no such option, a bad value, a format the method does not know, or an order that makes no sense.
    """
    resolved = []
    for step in recipe.steps:
        method = METHODS[step.method]
        options = _options(step, method)
        if format not in method.formats:
            raise RecipeError(
                f"{method.name!r} cannot be applied to {FORMATS[format].title} files, "
                f"only to {_names(method.formats)} ones.{_instead(method, format)}"
            )
        for option in method.options:
            foreign = option.formats is not None and format not in option.formats
            if foreign and options[option.name] != option.default:
                raise RecipeError(
                    f"Option {option.name!r} of {method.name!r} exists for {_names(option.formats or method.formats)} "
                    f"files only; leave it out for {FORMATS[format].title}."
                )
            if foreign:
                del options[option.name]
        resolved.append(ResolvedStep(method, tuple(options.items())))
    _check_order(recipe, [step.method for step in resolved])
    return tuple(resolved)


def canonical(recipe: Recipe) -> Recipe:
    """The shortest written form of a recipe: main options bare, numbers normalized, defaults dropped.

    Recipes that mean the same are equal, and hash equal, in this form; the person's name for it is kept.

    Raises:
        UnknownName: no such method.
        RecipeError: no such option, or a bad value.
    """
    steps = []
    for step in recipe.steps:
        method = METHODS[step.method]
        steps.append(_shortest(method, _options(step, method)))
    return Recipe(tuple(steps), recipe.name)


def precision(recipe: Recipe, format: str) -> str:
    """Number type the weights are left in: "fp32", "fp16", "int8", "int16x8" or "int4".

    Raises:
        UnknownName: no such method.
        RecipeError: the recipe makes no sense for this format.
    """
    found = [step.method.precision for step in resolve(recipe, format) if step.method.precision is not None]
    return found[-1] if found else BASE


def formats(recipe: Recipe) -> frozenset[str]:
    """Formats that the recipe can be applied to.

    Raises:
        UnknownName: no such method.
        RecipeError: the recipe makes no sense for any format.
    """
    found, refusal = set(), None
    for format in FORMATS.names():
        try:
            resolve(recipe, format)
        except UnknownName:
            raise
        except RecipeError as error:
            refusal = error
        else:
            found.add(format)
    if not found and refusal is not None:
        raise refusal
    return frozenset(found)


def suggested(format: str, checkpoints: Iterable[int] = ()) -> tuple[Recipe, ...]:
    """A sweep worth measuring: what every method suggests for itself, without repeats.

    The uncompressed parent is not in it: it is measured beside every sweep.

    Args:
        format: what will be compressed.
        checkpoints: `Checkpoint.nominal` of the checkpoints that exist; 0, the dense one, may be among them.
    """
    return _collect(format, checkpoints, quick=False)


def quick(format: str, checkpoints: Iterable[int] = ()) -> tuple[Recipe, ...]:
    """The few of `suggested` that say most in a short time."""
    return _collect(format, checkpoints, quick=True)


def _collect(format: str, checkpoints: Iterable[int], *, quick: bool) -> tuple[Recipe, ...]:
    pruned = tuple(sorted(nominal for nominal in set(checkpoints) if nominal))
    examples: list[Example] = []
    for method in METHODS:
        if format in method.formats:
            examples += method.examples(format, pruned)
    recipes = (canonical(parse_recipe(example.recipe)) for example in examples if example.quick or not quick)
    # A method may combine itself with one that this format does not know, or that suggests the same combination.
    return tuple(recipe for recipe in dict.fromkeys(recipes) if format in formats(recipe))


def _options(step: Step, method: Method) -> dict[str, str]:
    """Every option of a method in its order: what was written, checked and normalized, else the default."""
    given = dict(step.options)
    if MAIN in given:
        if not method.options:
            raise RecipeError(f"{method.name!r} takes no options, but {given[MAIN]!r} was given in '{step}'.")
        main = method.options[0].name
        if main in given:
            raise RecipeError(f"Option {main!r} is given twice in '{step}': once bare and once by name.")
        given[main] = given.pop(MAIN)
    known = {option.name: option for option in method.options}
    for name in given:
        if name not in known:
            what = f"its options are {', '.join(known)}" if known else "it takes none"
            raise RecipeError(f"{method.name!r} has no option {name!r}: {what}.")
    values = {}
    for option in method.options:
        value = given.get(option.name, option.default)
        if value is None:
            raise RecipeError(
                f"{method.name!r} needs its option {option.name!r}, {_allowed(option)}: "
                f"write {method.name}:{_middle(option)}, for example."
            )
        values[option.name] = _value(value, option, method)
    return values


def _value(text: str, option: Option, method: Method) -> str:
    if option.choices:
        if text not in option.choices:
            raise RecipeError(f"{text!r} is no {option.name} of {method.name!r}, which is {_allowed(option)}.")
        return text
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        raise RecipeError(f"{text!r} is no {option.name} of {method.name!r}, which is {_allowed(option)}.") from None
    if not option.low <= number <= option.high:
        raise RecipeError(f"{option.name} of {method.name!r} is {_allowed(option)}, not {text}.")
    return f"{number:g}"


def _allowed(option: Option) -> str:
    if option.choices:
        return "one of " + ", ".join(option.choices)
    return f"a number from {option.low:g} to {option.high:g}"


def _middle(option: Option) -> str:
    return option.choices[0] if option.choices else f"{(option.low + option.high) / 2:.0f}"


def _shortest(method: Method, values: dict[str, str]) -> Step:
    options = []
    for index, option in enumerate(method.options):
        if option.name in values and values[option.name] != option.default:
            options.append((option.name if index else MAIN, values[option.name]))
    return Step(method.name, tuple(sorted(options)))


def _names(found: frozenset[str]) -> str:
    return " and ".join(format.title for format in FORMATS if format.name in found)


def _instead(method: Method, format: str) -> str:
    """What would do nearly the same in that format."""
    near = [other.name for other in METHODS if format in other.formats and other.precision == method.precision]
    return f" For {FORMATS[format].title} there is {' or '.join(near)}." if near else ""


def _check_order(recipe: Recipe, methods: list[Method]) -> None:
    converted: Method | None = None
    seen = set()
    for index, method in enumerate(methods):
        if method.starts and index:
            raise RecipeError(
                f"Recipe '{recipe}': {method.name!r} starts from another trained network, so it has to come first."
            )
        if method.name in seen:
            raise RecipeError(f"Recipe '{recipe}': {method.name!r} stands in it twice; once is enough.")
        if converted is not None and method.precision is not None:
            raise RecipeError(
                f"Recipe '{recipe}': {converted.name!r} and {method.name!r} both change the number type; keep one."
            )
        if converted is not None:
            raise RecipeError(
                f"Recipe '{recipe}': {method.name!r} cannot follow {converted.name!r}, which leaves no float weights; "
                f"put {method.name!r} before it."
            )
        seen.add(method.name)
        converted = method if method.precision is not None else converted
