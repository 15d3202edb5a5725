"""Works out what each layer of a model file computes."""

from __future__ import annotations

from pathlib import Path

from odviz.formats import FORMATS
from odviz.worker.layer_requests import LayersWork, ListWork
from odviz.worker.serve import Worker


def handle(request: ListWork, worker: Worker) -> LayersWork:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.ListWork."""
    return LayersWork(FORMATS[request.format].work(Path(request.path), *request.shapes))
