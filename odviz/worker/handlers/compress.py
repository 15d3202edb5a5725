"""Makes a variant."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.make import make_variant
from odviz.domain.codec import encode
from odviz.domain.recipe import parse_recipe
from odviz.library.models import load_model
from odviz.tasks import TASKS
from odviz.worker.protocol import Compress
from odviz.worker.serve import Reply, Worker


def handle(request: Compress, worker: Worker) -> Reply:  # noqa: ARG001 - every handler's
    """See protocol.Compress."""
    made = make_variant(
        load_model(request.task, request.model),
        parse_recipe(request.recipe),
        request.format,
        cache=Path(request.cache),
        calibration=TASKS[request.task].calibration,
    )
    return {"artifact": encode(made.artifact), "changed": made.changed, "notes": list(made.notes)}
