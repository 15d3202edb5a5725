"""Finds out how a model and data that a person brings fit together."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.own_task import Understanding
from odviz.importing.interface import probe
from odviz.importing.readers import read
from odviz.importing.understanding import understand
from odviz.worker.protocol import Understand
from odviz.worker.serve import Worker


def handle(request: Understand, worker: Worker) -> Understanding:
    """See protocol.Understand."""
    files = {format: Path(path) for format, path in request.files.items()}
    first = next(iter(files))
    data = read(Path(request.data), probe(files[first], first).inputs, worker.report_alive)
    return understand(files, data, Path(request.folder), choices=request.choices)
