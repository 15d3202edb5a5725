"""Finds out how a model and data that a person brings fit together."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.own_task import Understanding
from odviz.importing import npz
from odviz.importing.understanding import understand
from odviz.worker.protocol import Understand
from odviz.worker.serve import Worker


def handle(request: Understand, worker: Worker) -> Understanding:  # noqa: ARG001 - the signature of every handler
    """See protocol.Understand."""
    files = {format: Path(path) for format, path in request.files.items()}
    data = npz.read(Path(request.data))
    return understand(files, data, Path(request.folder), preparation=request.preparation, metric=request.metric)
