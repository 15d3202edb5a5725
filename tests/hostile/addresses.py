"""Bad parameters in the addresses of pages."""

from collections.abc import Iterator

from odviz.domain.errors import InputError
from odviz.ui import url_state
from odviz.ui.parts import benchmark_choice, details, device_choice, groups, limits, model_choice, plan_form, why
from odviz.ui.url_state import UrlField
from tests.hostile.attempt import Attempt, refused
from tests.hostile.words import NUMBERS, TEXTS

_CHECKED_LATER = (model_choice.MODELS, *(field.name for field in (*groups.URL_FIELDS, *why.URL_FIELDS)))
"""Names of models, groupings and variants are compared with those of the benchmark where they are used."""

_LISTS = ("models", "recipes", "runtimes", "stress")


def attempts() -> Iterator[Attempt]:
    """Every bad text and number in every parameter of the pages."""
    fields = (
        *benchmark_choice.url_fields(),
        *limits.url_fields(),
        *device_choice.url_fields("device"),
        *plan_form.url_fields(),
        *details.URL_FIELDS,
    )
    for field in {field.name: field for field in fields if field.name not in _CHECKED_LATER}.values():
        for text in (*TEXTS, *NUMBERS):
            if not _means_something(field.name, text):
                yield Attempt(f"?{field.name}={text[:20]!r}", refused(_follow, field, text))


def _means_something(name: str, text: str) -> bool:
    """Whether a parameter is right: variants by their numbers, or no item of a list."""
    return text == "1.2.3" if name == "pick" else name in _LISTS and not text.strip(" \t\n\x85;")


def _follow(field: UrlField, text: str) -> object:
    """What a page takes from a parameter.

    Raises:
        InputError: nothing; with the sentence that the page shows.
    """
    value, problem = url_state._parse(field, text)
    if problem:
        raise InputError(str(problem))
    return value
