"""What a person says of a model of their own, for its card: licence, use, what it is not for, who answers for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from odviz.domain.errors import InputError
from odviz.domain.model import Model
from odviz.library import models as library
from odviz.library.files import read_text, write_bytes
from odviz.library.sources import user


@dataclass(frozen=True, slots=True)
class DescribedField:
    """A field of a model that a person fills in.

    Attributes:
        name: of the field of `Model`, which its record has, too.
        option: of the terminal.
        title: as shown.
        help: what belongs there, as a sentence.
    """

    name: str
    option: str
    title: str
    help: str


FIELDS = (
    DescribedField("licence", "--licence", "Licence", "SPDX id of its licence, such as Apache-2.0."),
    DescribedField("intended_use", "--use", "Intended use", "What the model is made for."),
    DescribedField("not_for", "--not-for", "Not to be used for", "What nobody should use the model for."),
    DescribedField("owner", "--owner", "Owner", "Who answers for the model: a person or team, and how to reach them."),
)


def describe(task: str, name: str, said_of_it: Mapping[str, str]) -> Model:
    """Write what a person says of a model into its record; fields that are left out stay.

    Args:
        task: of the model.
        name: of the model.
        said_of_it: text by name of the field; an empty one takes back what was said.

    Raises:
        InputError: there is no such model of the person's own.
        FileRefused: a text is too long or holds characters that are not shown; nothing is changed.
        StoreError: the record cannot be written.
    """
    path = user().models.path / task / name / library.RECORD
    if not path.is_file():
        raise InputError(f"{task}/{name} is no model of your own.")
    record = json.loads(read_text(path, library.LARGEST, "model record"))
    text = json.dumps({**record, **{field: value.strip() for field, value in said_of_it.items()}}, indent=1) + "\n"
    library.check_record(task, name, text)
    write_bytes(path, text.encode())
    return library.load_model(task, name)
