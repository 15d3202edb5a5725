"""Reports that take minutes to compute, kept in the cache under all that they depend on."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from odviz.library.files import write_bytes
from odviz.library.paths import cache_dir
from odviz.serialization import from_json, to_json

_LARGEST = 64 << 20

Report = TypeVar("Report")


def report_path(kind: str, *conditions: object) -> Path:
    """Where a report is kept.

    Args:
        kind: of report: a folder in the cache.
        conditions: all that the report depends on; their `repr` must tell them apart.
    """
    return cache_dir() / kind / f"{hashlib.sha256(repr(conditions).encode()).hexdigest()[:32]}.json"


def read_report(report: type[Report], path: Path) -> Report | None:
    """A kept report; None if there is none, or it cannot be read."""
    with suppress(OSError, ValueError):
        return from_json(report, path.read_bytes()[:_LARGEST])
    return None


def keep_report(report: object, path: Path) -> None:
    """Keep a report.

    Raises:
        StoreError: it cannot be written.
    """
    write_bytes(path, to_json(report).encode())
