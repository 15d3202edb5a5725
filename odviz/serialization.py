"""Values as JSON and back, by msgspec: one form for the database, the worker's messages, `--json` and exports.

The annotations of the dataclasses are the schema. A missing field takes its default and an unknown field is ignored,
so that records of older versions stay readable. msgspec knows no form for two things, which are added here: a recipe
is its written form, and an infinite number is "inf" or "-inf".
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, TypeVar

import msgspec

from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe, parse_recipe

T = TypeVar("T")

_INFINITY = re.compile(r'"-?inf"')


def to_builtins(value: object) -> Any:
    """Convert a value to what JSON consists of: dict, list, str, int, float, bool and None.

    Args:
        value: a dataclass, or anything that dataclasses are made of.

    Raises:
        TypeError: its type has no JSON form.
        ValueError: it contains NaN.
    """
    return _without_infinities(msgspec.to_builtins(value, enc_hook=_encode_custom))


def to_json(value: object, *, indent: int | None = None) -> str:
    """Write a value as JSON text; see `to_builtins`."""
    return json.dumps(to_builtins(value), ensure_ascii=False, allow_nan=False, indent=indent)


def to_canonical_json(value: object) -> str:
    """Write a value as the one JSON text that is hashed: sorted keys, ASCII, no spaces; see `to_builtins`."""
    return json.dumps(to_builtins(value), ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))


def from_json(kind: type[T], text: str | bytes) -> T:
    """Read the JSON text of a value of type `kind`.

    Raises:
        ValueError: the text is not JSON, or does not fit the type; the message names the place.
    """
    # msgspec reads a number from text only in its lax mode, which is used for nothing else.
    strict = not _INFINITY.search(text if isinstance(text, str) else text.decode())
    try:
        return msgspec.json.decode(text, type=kind, strict=strict, dec_hook=_decode_custom)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except InputError as error:  # raised by the dataclass itself
        raise ValueError(str(error)) from error


def convert(kind: type[T], data: object) -> T:
    """Convert dicts, sequences and objects with attributes to a value of type `kind`.

    Raises:
        ValueError: they do not fit the type; the message names the place.
    """
    try:
        return msgspec.convert(data, kind, from_attributes=True, dec_hook=_decode_custom)
    except InputError as error:  # raised by the dataclass itself
        raise ValueError(str(error)) from error


def _without_infinities(data: Any) -> Any:
    match data:
        case float():
            if math.isnan(data):
                raise ValueError("NaN has no JSON form")
            return data if math.isfinite(data) else str(data)
        case dict():
            return {key: _without_infinities(value) for key, value in data.items()}
        case list() | tuple():
            return [_without_infinities(value) for value in data]
    return data


def _encode_custom(value: object) -> str:
    if isinstance(value, Recipe):
        return f"{value.name} = {value}" if value.name else str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")


def _decode_custom(kind: type, data: Any) -> Recipe:
    if kind is not Recipe:
        raise TypeError(f"{kind.__name__} has no JSON form")
    if not isinstance(data, str):
        raise ValueError(f"Expected the written form of a recipe, got {data!r}")
    return parse_recipe(data)
