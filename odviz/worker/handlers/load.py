"""Loads a runtime, a model and its inputs."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.errors import Unavailable
from odviz.runtimes import RUNTIMES
from odviz.worker.loaded import LoadedModel, read_inputs
from odviz.worker.request import Done, Load
from odviz.worker.serve import Worker


def handle(request: Load, worker: Worker) -> Done:
    """See request.Load. One inference is run, so that a model of another shape is refused here."""
    inputs = read_inputs(request)
    runtime = RUNTIMES[request.runtime]
    if request.plain:
        if runtime.plain is None:
            raise Unavailable(f"{runtime.title} computes in one way only.")
        runtime = runtime.plain
    session = runtime.load(Path(request.path), request.layout, request.threads)
    session.predict(inputs[0])
    worker.model = LoadedModel(session, inputs)
    return Done()
