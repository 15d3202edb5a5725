"""Files that exporters write beside a model: a class a line, in the order of its outputs."""

from __future__ import annotations

from odviz.domain.errors import FileRefused
from odviz.importing.collection import Entry
from odviz.library.files import decoded

_NAMES = ("labels.txt", "classes.txt", "dict.txt", "labelmap.txt")
_LARGEST = 1 << 20


def is_order(name: str) -> bool:
    """Whether a file is one, by its name."""
    return name.lower() in _NAMES


def order_of(entry: Entry) -> tuple[str, ...]:
    """The classes in the order of a file; a number before each is left out.

    Raises:
        FileRefused: it cannot be read, or names a class twice.
    """
    name = entry.path.name
    text = decoded(entry.read(), name, _LARGEST, "file of labels")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [line.partition(" ") for line in lines]
    if all(number == str(index) and rest.strip() for index, (number, _, rest) in enumerate(numbered)):
        lines = [rest.strip() for _, _, rest in numbered]
    if len(set(lines)) < len(lines):
        raise FileRefused(f"{name} names a class twice.", place=name)
    return tuple(lines)
