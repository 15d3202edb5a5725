"""Manifests of the built-in models and data: the SHA-256 of every file.

odviz refuses built-in files whose bytes differ from the manifest.
"""

from __future__ import annotations

import json
from pathlib import Path

from zoo.record import sha256

MANIFEST = "manifest.json"


def write_manifest(folder: Path) -> Path:
    """Write ``manifest.json`` with every file below a folder.

    Args:
        folder: ``models`` or ``data``.

    Returns:
        Path of the manifest.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    entries = {
        path.relative_to(folder).as_posix(): {"sha256": sha256(path), "bytes": path.stat().st_size} for path in files
    }
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps({"files": entries}, indent=1) + "\n", encoding="utf-8")
    return manifest
