"""Loads a runtime, a model and its inputs."""

from __future__ import annotations

from pathlib import Path

from odviz.runtimes import RUNTIMES
from odviz.worker.loaded import LoadedModel, evenly_spaced, read_inputs
from odviz.worker.protocol import Load, Loaded
from odviz.worker.serve import Worker


def handle(request: Load, worker: Worker) -> Loaded:
    """See protocol.Load. One inference is run, so that a model of another shape is refused here."""
    session = RUNTIMES[request.runtime].load(Path(request.path), request.layout, request.threads)
    inputs = read_inputs(request)
    session.predict(inputs[0])
    worker.model = LoadedModel(session, inputs, evenly_spaced(len(inputs), request.items))
    return Loaded(len(worker.model.items))
