"""Makes a variant's file."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.make import make_variant
from odviz.domain.recipe import parse_recipe
from odviz.library.models import load_model
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress, Compressed
from odviz.worker.serve import Worker


def handle(request: Compress, worker: Worker) -> Compressed:  # noqa: ARG001 - the signature of every handler
    """See protocol.Compress."""
    compressed = make_variant(
        load_model(request.task, request.model),
        parse_recipe(request.recipe),
        request.format,
        cache=Path(request.cache),
        calibration=TASKS[request.task].calibration,
        known=request.known,
    )
    return Compressed(compressed.artifact, compressed.notes)
