"""Looks through a model file."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.codec import encode
from odviz.formats import FORMATS
from odviz.worker.protocol import Facts
from odviz.worker.serve import Reply, Worker


def handle(request: Facts, worker: Worker) -> Reply:  # noqa: ARG001 - every handler's
    """See protocol.Facts."""
    return {"facts": encode(FORMATS[request.format].facts(Path(request.path)))}
