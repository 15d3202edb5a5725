"""Where the data of a task come from, and what may be done with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from odviz.domain.errors import OdvizError
from odviz.library import datasets
from odviz.library.own_tasks import own_tasks

_SPDX = "https://spdx.org/licenses/"


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where data come from.

    Attributes:
        description: what they are.
        licence: what may be done with them.
        licence_url: where that stands; empty if nowhere.
        citation: what to cite.
        url: of the original.
        limits: what they do not show.
        personal: what they tell of persons.
        uses: what they are for.
        files: name and sha256 of the files that a person brought.
        remarks: on what was read and left out, a sentence each.
    """

    description: str = ""
    licence: str = ""
    licence_url: str = ""
    citation: str = ""
    url: str = ""
    limits: str = ""
    personal: str = ""
    uses: str = ""
    files: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


def source(task: str) -> DataSource:
    """The source of a task's data: their Croissant metadata, or the files that a person brought."""
    own = own_tasks()[0].get(task)
    if own:
        return DataSource(files=own.sources, remarks=own.remarks)
    with suppress(OdvizError, ValueError):
        return _of_metadata(json.loads(datasets.content(task, datasets.METADATA)))
    return DataSource()


def _of_metadata(metadata: Mapping[str, Any]) -> DataSource:
    licence = str(metadata.get("license", ""))
    return DataSource(
        str(metadata.get("description", "")),
        licence.removeprefix(_SPDX).removesuffix(".html"),
        licence if licence.startswith(_SPDX) else "",
        str(metadata.get("citeAs", "")),
        str(metadata.get("url", "")),
        str(metadata.get("rai:dataLimitations", "")),
        str(metadata.get("rai:personalSensitiveInformation", "")),
        str(metadata.get("rai:dataUseCases", "")),
    )
