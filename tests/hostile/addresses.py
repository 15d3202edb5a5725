"""Bad parameters in the addresses of pages."""

from collections.abc import Iterator

from odviz.domain.errors import InputError
from odviz.ui import url_state
from odviz.ui.parts import (
    benchmark_choice,
    benchmark_filter,
    card,
    details,
    device_choice,
    gate,
    limits,
    model_choice,
    plan_form,
    promotion,
)
from odviz.ui.url_state import UrlField
from tests.hostile.attempt import Attempt, refused
from tests.hostile.words import NUMBERS, TEXTS

_CHECKED_LATER = (model_choice.MODELS, "tags")
"""Names of models and tags are compared with what is there where they are used."""

_LISTS = ("models", "recipes", "runtimes", "stress")


def attempts() -> Iterator[Attempt]:
    """Every bad text and number in every parameter of the pages."""
    fields = (
        *benchmark_choice.url_fields(),
        *limits.url_fields(),
        *device_choice.url_fields("device"),
        *plan_form.url_fields(),
        *details.URL_FIELDS,
        *benchmark_filter.url_fields(),
        *card.url_fields(),
        *gate.url_fields(),
        *promotion.url_fields(),
    )
    parsed = {field.name: field for field in fields if field.parse is not str and field.name not in _CHECKED_LATER}
    for field in parsed.values():
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
