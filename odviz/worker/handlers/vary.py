"""Writes a copy of a model file that does the same work in other conditions."""

from __future__ import annotations

from pathlib import Path

from odviz.formats import FORMATS
from odviz.worker.layer_requests import Requantized, Vary
from odviz.worker.serve import Worker


def handle(request: Vary, worker: Worker) -> Requantized:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.Vary."""
    return Requantized(FORMATS[request.format].vary(Path(request.path), Path(request.out), request.change))
