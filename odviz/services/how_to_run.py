"""How to run a downloaded model file: its input, its output, and the code that runs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from odviz.domain.errors import OdvizError
from odviz.domain.model import Layout
from odviz.domain.target import OperatingPoint
from odviz.formats import FORMATS
from odviz.library.models import model_card
from odviz.library.sources import Source, sources
from odviz.services import catalogue
from odviz.tasks import TASKS

_WANTED = ("Intended use", "Limits")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


@dataclass(frozen=True, slots=True)
class HowTo:
    """How to run a file elsewhere.

    Attributes:
        takes: description of one item.
        code: Python that runs the file on one item.
        card: the model card's intended use and limits, in Markdown; empty if there is no card.
    """

    takes: str
    code: str
    card: str


def how_to_run(point: OperatingPoint, file: str) -> HowTo:
    """How to run the file of an operating point.

    Args:
        point: whose file it is.
        file: its name.

    Raises:
        UnknownName: its task or its model no longer exists.
        IntegrityError: a file of the model is not the recorded one.
    """
    variant = point.variant
    return _how(sources(), variant.task, variant.model, variant.format, file)


@lru_cache(maxsize=64)
def _how(_sources: tuple[Source, ...], task: str, model: str, format: str, file: str) -> HowTo:
    """Cached: the page calls it on every rerun, and the files of a card are hashed."""
    described = TASKS[task]
    shape = described.shape
    if catalogue.model(task, model).dense.artifacts[format].layout is Layout.CHANNELS_FIRST:
        shape = (shape[-1], *shape[:-1])
    code = FORMATS[format].loading_snippet(file, (1, *shape), described.dtype)
    code += f"print({list(described.classes())}[scores.argmax()])\n"
    return HowTo(described.takes, code, _card(task, model))


def _card(task: str, model: str) -> str:
    try:
        text = model_card(task, model)
    except OdvizError:
        return ""
    parts = (part.partition("\n") for part in re.split(r"^## ", text, flags=re.MULTILINE))
    wanted = {title.strip(): _LINK.sub(r"\1", body).strip() for title, _, body in parts if title.strip() in _WANTED}
    return "\n\n".join(f"**{title}**\n\n{body}" for title, body in wanted.items())
