"""Cards as files: Markdown, HTML, Croissant and CycloneDX."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.domain.card import Statement, Topic
from odviz.domain.errors import InputError
from odviz.library import datasets
from odviz.library.own_tasks import own_tasks
from odviz.report import bom, card_text, croissant
from odviz.services.cards import DataCard, ModelCard

_KINDS = {"f": "sc:Float", "i": "sc:Integer", "u": "sc:Integer", "b": "sc:Boolean"}
_LABELS = "class names in order"
_RAI = {
    Topic.LIMITS: "rai:dataLimitations",
    Topic.PERSONAL: "rai:personalSensitiveInformation",
    Topic.USE: "rai:dataUseCases",
}


class CardFormat(StrEnum):
    """How a card is written."""

    MARKDOWN = "md"
    HTML = "html"
    CROISSANT = "croissant"
    BOM = "bom"


_ENDINGS = {
    CardFormat.MARKDOWN: "card.md",
    CardFormat.HTML: "card.html",
    CardFormat.CROISSANT: "croissant.json",
    CardFormat.BOM: "cdx.json",
}


def file_name(card: ModelCard | DataCard, format: CardFormat) -> str:
    """The name of a card's file."""
    parts = (card.model.task, card.model.name) if isinstance(card, ModelCard) else (card.task.name,)
    return ".".join(("-".join(parts), _ENDINGS[format]))


def written(card: ModelCard | DataCard, format: CardFormat) -> str:
    """The content of a card's file.

    Raises:
        InputError: a data set has no bill of materials, and a model no Croissant metadata.
    """
    if format is CardFormat.MARKDOWN:
        return card_text.markdown(card)
    if format is CardFormat.HTML:
        return card_text.html(card)
    if format is CardFormat.CROISSANT and isinstance(card, DataCard):
        document = croissant_of(card)
    elif format is CardFormat.BOM and isinstance(card, ModelCard):
        document = bom.bill_of_materials(card)
    else:
        raise InputError("Croissant describes data and the bill of materials a model: name a model for bom only.")
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def croissant_of(card: DataCard) -> Mapping[str, Any]:
    """Croissant metadata of a data set: those that a built-in one ships with, or of what a person brought.

    What nobody said of a person's own data is left out, and the description says what that is.
    """
    name = card.task.name
    if name not in own_tasks()[0]:
        shipped: Mapping[str, Any] = json.loads(datasets.content(name, datasets.METADATA))
        return shipped
    known = {statement.topic: statement for statement in card.statements if statement.known}
    missing = [f"{one.why} To be said by {one.who}." for one in card.statements if not one.known]
    about = {
        "name": name,
        "alternateName": card.task.title,
        "description": " ".join((*_lines(known, Topic.SUMMARY), *_lines(known, Topic.ITEMS), *missing)),
        **({"license": card.source.licence} if card.source.licence else {}),
        "isLiveDataset": False,
        **{key: " ".join(known[topic].lines) for topic, key in _RAI.items() if topic in known},
    }
    files = [(file.name, croissant.SPLITS.get(file.name, _LABELS), file.size_bytes, file.sha256) for file in card.files]
    test, calibration = (datasets.arrays(name, split) for split in ("test", "calibration"))
    fields = {key: _field(array) for key, array in test.items() if key in calibration}
    return croissant.metadata(about, files, card.task.classes(), fields)


def _lines(known: Mapping[Topic, Statement], topic: Topic) -> tuple[str, ...]:
    return known[topic].lines if topic in known else ()


def _field(array: Array) -> tuple[str, str]:
    """Croissant type and description of an array."""
    shape = ", ".join(("N", *map(str, array.shape[1:])))
    return _KINDS.get(np.dtype(array.dtype).kind, "sc:Text"), f"{array.dtype} ({shape})"
