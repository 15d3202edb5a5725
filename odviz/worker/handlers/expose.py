"""Writes a copy of a model file that outputs further tensors."""

from __future__ import annotations

from pathlib import Path

from odviz.formats import FORMATS
from odviz.worker.layer_requests import Expose, Exposed
from odviz.worker.serve import Worker


def handle(request: Expose, worker: Worker) -> Exposed:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.Expose."""
    return Exposed(FORMATS[request.format].expose(Path(request.path), Path(request.out), request.tensors))
