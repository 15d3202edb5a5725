"""Domain values to JSON and back: one form for the database, `--json` and exports.

What JSON lacks is written so that it can be read back: a recipe as its written form, an enum as its value, a moment
as ISO 8601, an infinite bound as "inf" or "-inf". Reading is led by the annotations of the dataclasses: a field that
is missing takes its default and one that is no longer known is passed over, so that old records stay readable.
"""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe, parse_recipe

T = TypeVar("T")


def encode(value: object) -> Any:
    """A value as what JSON knows: dict, list, str, int, float, bool and None.

    Args:
        value: a dataclass of the domain, or anything such classes are made of.

    Raises:
        TypeError: for a type that has no written form here.
        ValueError: for NaN.
    """
    match value:
        case Recipe() | Enum() | datetime() | float():
            return _written(value)
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {_key(key): encode(item) for key, item in value.items()}
        case tuple() | list():
            return [encode(item) for item in value]
        case frozenset():
            return sorted((encode(item) for item in value), key=str)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")


def decode(kind: type[T], data: object) -> T:
    """The value of type `kind` that `encode` made `data` of.

    Raises:
        ValueError: with the place that does not fit.
    """
    result: T = _decode(kind, data, kind.__name__)
    return result


def to_json(value: object, *, indent: int | None = None) -> str:
    """A value as JSON text; see `encode`."""
    return json.dumps(encode(value), ensure_ascii=False, allow_nan=False, indent=indent)


def from_json(kind: type[T], text: str) -> T:
    """The value of type `kind` that `to_json` made `text` of.

    Raises:
        ValueError: the text is not JSON, or does not fit, with the place.
    """
    if not isinstance(text, str):  # a cell of a damaged database may hold anything
        raise ValueError(f"{text!r} is not JSON text")
    try:
        data = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return decode(kind, data)


def _no_number(name: str) -> object:
    """Python reads NaN and Infinity, which JSON lacks and `encode` never writes."""
    raise ValueError(f"{name} is no number in JSON")


def _written(value: Recipe | Enum | datetime | float) -> Any:
    """What JSON has no word for, as one that `_decode_plain` reads back."""
    match value:
        case Recipe():
            return f"{value.name} = {value}" if value.name else str(value)
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
    if math.isnan(value):
        raise ValueError("NaN has no JSON form")
    return value if math.isfinite(value) else str(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON object has text for keys, not {key!r}")
    return key.value if isinstance(key, Enum) else key


def _decode(kind: Any, data: Any, place: str) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind in (object, Any):
        return data
    if origin in (typing.Union, types.UnionType):
        return _decode_union(args, data, place)
    if origin is tuple:
        return _decode_tuple(args, data, place)
    if origin is not None and issubclass(origin, Mapping):
        items = _expect(dict, data, place).items()
        return {_decode(args[0], key, place): _decode(args[1], item, f"{place}.{key}") for key, item in items}
    if is_dataclass(kind) and kind is not Recipe:
        return _decode_dataclass(kind, _expect(dict, data, place), place)
    return _decode_plain(kind, data, place)


def _decode_plain(kind: Any, data: Any, place: str) -> Any:
    if kind is Recipe:
        return _make(place, parse_recipe, _expect(str, data, place))
    if kind is datetime:
        return _make(place, datetime.fromisoformat, _expect(str, data, place))
    if issubclass(kind, Enum):
        if data not in [each.value for each in kind]:
            raise ValueError(f"{place}: {data!r} is not one of {', '.join(str(each.value) for each in kind)}")
        return kind(data)
    if kind is float:
        return float(data) if data in ("inf", "-inf") else _finite(_expect((int, float), data, place), place)
    return _expect(kind, data, place)


def _finite(number: float, place: str) -> float:
    """A number as it was written: one that is too large for a float is not infinity."""
    with suppress(OverflowError):
        if math.isfinite(found := float(number)):
            return found
    raise ValueError(f"{place}: a number that is too large")


def _decode_union(members: Sequence[Any], data: Any, place: str) -> Any:
    """Only `X | None` is used in the domain, so no member has to be guessed."""
    if data is None and types.NoneType in members:
        return None
    (member,) = (each for each in members if each is not types.NoneType)
    return _decode(member, data, place)


def _decode_tuple(members: tuple[Any, ...], data: Any, place: str) -> tuple[Any, ...]:
    items = _expect(list, data, place)
    if members[-1] is Ellipsis:
        members = members[:1] * len(items)
    if len(items) != len(members):
        raise ValueError(f"{place}: {len(items)} items where there should be {len(members)}")
    pairs = zip(members, items, strict=True)
    return tuple(_decode(member, item, f"{place}[{index}]") for index, (member, item) in enumerate(pairs))


def _decode_dataclass(kind: Any, data: Mapping[str, Any], place: str) -> Any:
    hints, known = _shape(kind)
    missing = [name for name, field in known.items() if name not in data and _required(field)]
    if missing:
        raise ValueError(f"{place}: {', '.join(missing)} is missing")
    given = {name: _decode(hints[name], data[name], f"{place}.{name}") for name in known if name in data}
    return _make(place, kind, **given)


def _make(place: str, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `make` makes; where it refuses, its reason with the place."""
    try:
        return make(*args, **kwargs)
    except (InputError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error


@cache
def _shape(kind: Any) -> tuple[Mapping[str, Any], Mapping[str, Field[Any]]]:
    return typing.get_type_hints(kind), {field.name: field for field in fields(kind) if field.init}


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _expect(kind: Any, data: Any, place: str) -> Any:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(data, kinds) or (isinstance(data, bool) and bool not in kinds):
        raise ValueError(f"{place}: {data!r} is not {' or '.join(each.__name__ for each in kinds)}")
    return data
