"""Croissant (JSON-LD) metadata of a data folder, validated with mlcroissant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from zoo.record import sha256

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


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
    files = {"test.npz": "held-out set", "calibration.npz": "items of the training part, for calibration"}
    types = {".npz": "application/x-npz", ".json": "application/json", ".gz": "application/gzip"}
    labels = {"labels.json": "class names in order, and what a group is"}
    distribution = [
        {
            "@type": "cr:FileObject",
            "@id": file,
            "name": file,
            "description": text,
            "contentUrl": file,
            "encodingFormat": types[Path(file).suffix],
            "contentSize": f"{(folder / file).stat().st_size} B",
            "sha256": sha256(folder / file),
        }
        for file, text in {**files, **labels, **(more_files or {})}.items()
    ]
    record_sets = [_array_set(file, text, fields) for file, text in files.items()]
    content = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
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
        "distribution": distribution,
        "recordSet": [*record_sets, _class_set(classes)],
    }
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


def _array_set(file: str, text: str, fields: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    stem = Path(file).stem
    return {
        "@type": "cr:RecordSet",
        "@id": stem,
        "name": stem,
        "description": f"{text}: one record an item; each field is the array of that name in {file}",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{stem}/{key}",
                "name": key,
                "description": description,
                "dataType": data_type,
                # Croissant 1.0 cannot name an array inside an npz file, so the array is given as a column.
                "source": {"fileObject": {"@id": file}, "extract": {"column": key}},
            }
            for key, (data_type, description) in fields.items()
        ],
    }


def _class_set(classes: Sequence[str]) -> dict[str, object]:
    return {
        "@type": "cr:RecordSet",
        "@id": "classes",
        "name": "classes",
        "description": "class index and name",
        "dataType": "sc:Enumeration",
        "key": {"@id": "classes/index"},
        "field": [
            {"@type": "cr:Field", "@id": "classes/index", "name": "index", "dataType": "sc:Integer"},
            {"@type": "cr:Field", "@id": "classes/name", "name": "name", "dataType": "sc:Text"},
        ],
        "data": [{"classes/index": index, "classes/name": name} for index, name in enumerate(classes)],
    }
