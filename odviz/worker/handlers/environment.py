"""Describes the machine and its runtimes."""

from __future__ import annotations

from odviz.domain.codec import encode
from odviz.measurement.environment import snapshot
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import Runtime
from odviz.worker.protocol import Environment
from odviz.worker.serve import Reply, Worker


def handle(request: Environment, worker: Worker) -> Reply:  # noqa: ARG001 - every handler's
    """See protocol.Environment."""
    return {"environment": encode(snapshot()), "runtimes": [_runtime_words(runtime) for runtime in RUNTIMES]}


def _runtime_words(runtime: Runtime) -> Reply:
    there = runtime.available()
    return {
        "name": runtime.name,
        "title": runtime.title,
        "formats": list(runtime.formats),
        "backend": runtime.backend,
        "version": there.version,
        "reason": there.reason,
    }
