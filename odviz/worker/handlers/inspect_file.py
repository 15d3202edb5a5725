"""Works out what a model file is made of."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.model import GraphFacts
from odviz.formats import FORMATS
from odviz.worker.protocol import InspectFile
from odviz.worker.serve import Worker


def handle(request: InspectFile, worker: Worker) -> GraphFacts:  # noqa: ARG001 - the signature of every handler
    """See protocol.InspectFile."""
    return FORMATS[request.format].facts(Path(request.path), *request.shapes)
