"""Lists the layers of a model file."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.parity import LayerGraph
from odviz.formats import FORMATS
from odviz.worker.layer_requests import ListLayers
from odviz.worker.serve import Worker


def handle(request: ListLayers, worker: Worker) -> LayerGraph:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.ListLayers."""
    return FORMATS[request.format].layers(Path(request.path))
