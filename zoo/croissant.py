"""Croissant (JSON-LD) metadata of a data folder, validated with mlcroissant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from odviz.report import croissant
from zoo.record import sha256


def write_croissant(
    folder: Path,
    *,
    name: str,
    title: str,
    description: str,
    licence: str,
    citation: str,
    homepage: str,
    version: str,
    published: str,
    creators: Sequence[str],
    classes: Sequence[str],
    fields: Mapping[str, tuple[str, str]],
    rai: Mapping[str, str] | None = None,
    more_files: Mapping[str, str] | None = None,
) -> Path:
    """Write ``croissant.json`` for the existing files of a ``data/<task>`` folder.

    Args:
        folder: ``data/<task>`` with test.npz, calibration.npz and labels.json.
        name: Identifier of the data set (the task's).
        title: Title for people.
        description: What it is and how it was split.
        licence: SPDX address or name.
        citation: Citation of the original.
        homepage: Address of the original.
        version: Semantic version of this extract.
        published: Date, ISO 8601.
        creators: Authors of the original.
        classes: Class names in order.
        fields: Key in the npz files -> (Croissant data type such as "sc:Integer", description with shape).
        rai: Responsible-AI metadata: key such as "dataLimitations" -> text.
        more_files: Further files of the folder -> description.

    Returns:
        Path of the file.

    Raises:
        ValueError: mlcroissant rejects it.
    """
    labels = {"labels.json": "class names in order, and what a group is"}
    files = [
        (file, text, (folder / file).stat().st_size, sha256(folder / file))
        for file, text in {**croissant.SPLITS, **labels, **(more_files or {})}.items()
    ]
    about = {
        "name": name,
        "alternateName": title,
        "description": description,
        "license": licence,
        "citeAs": citation,
        "url": homepage,
        "version": version,
        "datePublished": published,
        "creator": [{"@type": "sc:Person", "name": creator} for creator in creators],
        "isLiveDataset": False,
        **{f"rai:{key}": value for key, value in (rai or {}).items()},
    }
    content = croissant.metadata(about, files, classes, fields)
    path = folder / "croissant.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    validate(path)
    return path


def validate(path: Path) -> None:
    """Validate a Croissant file with mlcroissant.

    Raises:
        ValueError: It is invalid.
    """
    import mlcroissant

    try:
        mlcroissant.Dataset(jsonld=str(path))
    except mlcroissant.ValidationError as error:
        raise ValueError(f"{path.name} is not valid Croissant: {error}") from error
