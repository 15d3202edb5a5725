"""Croissant 1.0 metadata (JSON-LD) of a data set: https://docs.mlcommons.org/croissant/docs/croissant-spec.html.

Standard library only: the programs that made the built-in data sets write their metadata by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

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

_TYPES = {".npz": "application/x-npz", ".json": "application/json", ".gz": "application/gzip"}

SPLITS = {"test.npz": "held-out set", "calibration.npz": "items of the training part, for calibration"}
"""What the archives of arrays of a data set hold."""


def metadata(
    about: Mapping[str, object],
    files: Sequence[tuple[str, str, int, str]],
    classes: Sequence[str],
    fields: Mapping[str, tuple[str, str]],
) -> dict[str, object]:
    """The metadata of a data set.

    Args:
        about: name, description, licence and the like, by the names of Croissant.
        files: name, description, bytes and sha256 of each.
        classes: names of the classes, in order; empty for data without classes.
        fields: Croissant type (such as "sc:Integer") and description of each array of the archives `SPLITS`.
    """
    distribution = [
        {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "description": text,
            "contentUrl": name,
            "encodingFormat": _TYPES.get(Path(name).suffix, "application/octet-stream"),
            "contentSize": f"{size} B",
            "sha256": sha256,
        }
        for name, text, size, sha256 in files
    ]
    record_sets = [_array_set(file, text, fields) for file, text in SPLITS.items()]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **about,
        "distribution": distribution,
        "recordSet": [*record_sets, *([_class_set(classes)] if classes else [])],
    }


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
