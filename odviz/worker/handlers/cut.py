"""Writes a copy of a model file that ends behind a layer."""

from __future__ import annotations

from pathlib import Path

from odviz.formats import FORMATS
from odviz.worker.layer_requests import Cut
from odviz.worker.request import Done
from odviz.worker.serve import Worker


def handle(request: Cut, worker: Worker) -> Done:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.Cut."""
    FORMATS[request.format].cut(Path(request.path), Path(request.out), request.tensors)
    return Done()
