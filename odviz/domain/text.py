"""Text of others: without characters that steer a terminal, short enough for a message, and as a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUOTED = 60
"""Characters of a text that a message quotes."""

_LONGEST_NUMBER = 60
"""Characters of a number: a float written out has fewer."""

INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    r"\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # formats
    r"\ud800-\udfff]"  # bytes that are not UTF-8
)
"""A character that is not shown, but changes how others are: controls, bidirectional overrides, zero widths."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")


def visible(text: str) -> str:
    r"""Text whose invisible characters are written out ("\\x1b", "\\u202e"); tabs and line feeds stay."""
    return INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def shortened(text: str, most: int = _QUOTED) -> str:
    """Text for a message, cut where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def capital(text: str) -> str:
    """A text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def few(names: Sequence[str], most: int = 8, between: str = ", ") -> str:
    """Names in a sentence, at most so many ("a, b and 3 more")."""
    first = between.join(names[:most])
    return first if len(names) <= most else f"{first} and {len(names) - most:,} more"


def quoted(text: str) -> str:
    """Text in quotes for a message, cut where it is long; `repr` writes out what is not printable."""
    return repr(shortened(text))


def number(text: str) -> float:
    """The number that a person wrote with ASCII digits and a decimal point; it may be too large to be finite.

    Raises:
        ValueError: anything else, such as "1_0", "nan" and digits of other scripts, which Python reads as numbers.
    """
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {quoted(text)}")
    value = float(text)
    if not value and text.strip("+-").casefold().partition("e")[0].strip("0."):
        raise ValueError(f"too small to be told from 0: {quoted(text)}")
    return value


def whole(text: str) -> int:
    """The whole number that a person wrote with ASCII digits.

    Raises:
        ValueError: anything else; see `number`.
    """
    if len(text) > _LONGEST_NUMBER or not _WHOLE.fullmatch(text):
        raise ValueError(f"not a whole number: {quoted(text)}")
    return int(text)
