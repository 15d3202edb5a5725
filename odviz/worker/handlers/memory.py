"""Measures peak memory."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.codec import encode
from odviz.measurement.memory import measure_memory
from odviz.runtimes import RUNTIMES
from odviz.worker.loaded import read_inputs
from odviz.worker.protocol import Memory
from odviz.worker.serve import Reply, Worker


def handle(request: Memory, worker: Worker) -> Reply:  # noqa: ARG001 - every handler's
    """See protocol.Memory. Only one input is kept; the rest of the set is given back before the baseline."""
    reading = measure_memory(
        RUNTIMES[request.runtime],
        Path(request.path),
        format=request.format,
        layout=request.layout,
        threads=request.threads,
        item=read_inputs(request)[0].copy(),
        runs=request.runs,
    )
    return dict(encode(reading))
