"""What the card of a model says to those who deploy it."""

from __future__ import annotations

import re
from functools import lru_cache

from odviz.domain.errors import OdvizError
from odviz.library import models
from odviz.library.sources import Source, sources

_WANTED = ("Intended use", "Limits")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
"""A link to a file of odviz, which means nothing elsewhere."""


def whole(task: str, model: str) -> str:
    """The model's card in Markdown, without links to files of odviz; empty if it has none that can be used."""
    return _whole(sources(), task, model)


def use_and_limits(task: str, model: str) -> str:
    """Intended use and limits of a model, in Markdown; empty if its card names none."""
    parts = (part.partition("\n") for part in re.split(r"^## ", whole(task, model), flags=re.MULTILINE))
    wanted = {title.strip(): body.strip() for title, _, body in parts if title.strip() in _WANTED}
    return "\n\n".join(f"**{title}**\n\n{body}" for title, body in wanted.items())


@lru_cache(maxsize=64)
def _whole(_sources: tuple[Source, ...], task: str, model: str) -> str:
    """Cached: the page calls it on every rerun, and the files of a card are hashed."""
    try:
        return _LINK.sub(r"\1", models.model_card(task, model))
    except OdvizError:
        return ""
