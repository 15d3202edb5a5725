"""Writes a copy of a model file with other integer weights."""

from __future__ import annotations

from pathlib import Path

from odviz.formats import FORMATS
from odviz.worker.layer_requests import Requantize, Requantized
from odviz.worker.serve import Worker


def handle(request: Requantize, worker: Worker) -> Requantized:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.Requantize."""
    changed = FORMATS[request.format].requantize(Path(request.path), Path(request.out), request.change)
    return Requantized(changed)
