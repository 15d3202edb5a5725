"""Unpacks the archives that model files come in."""

from __future__ import annotations

from pathlib import Path

from odviz.importing.model_archive import unpack
from odviz.worker.protocol import Unpack, Unpacked
from odviz.worker.serve import Worker


def handle(request: Unpack, worker: Worker) -> Unpacked:  # noqa: ARG001 - the signature of every handler
    """See protocol.Unpack."""
    files, classes = unpack([Path(path) for path in request.files], Path(request.folder))
    return Unpacked([str(path) for path in files], classes)
