"""Makes a variant's file."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.make import make_variant
from odviz.domain.recipe import parse_recipe
from odviz.library.models import load_model
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress, Compressed
from odviz.worker.serve import Worker


def handle(request: Compress, worker: Worker) -> Compressed:
    """See protocol.Compress."""
    task = TASKS[request.task]
    compressed = make_variant(
        load_model(request.task, request.model),
        parse_recipe(request.recipe),
        request.format,
        cache=Path(request.cache),
        calibration=task.calibration,
        metric=task.metric,
        known=request.known,
        report_alive=worker.report_alive,
    )
    return Compressed(compressed.artifact, compressed.notes)
