"""Measures peak memory."""

from __future__ import annotations

from pathlib import Path

from odviz.measurement.memory import measure_memory
from odviz.measurement.readings import MemoryReading
from odviz.runtimes import RUNTIMES
from odviz.worker.loaded import read_inputs
from odviz.worker.protocol import MeasureMemory
from odviz.worker.serve import Worker


def handle(request: MeasureMemory, worker: Worker) -> MemoryReading:  # noqa: ARG001 - the signature of every handler
    """See protocol.MeasureMemory. Only one input is kept; the rest of the set is freed before the baseline."""
    load = request.load
    return measure_memory(
        RUNTIMES[load.runtime],
        Path(load.path),
        format=load.format,
        layout=load.layout,
        threads=load.threads,
        item=read_inputs(load)[0].copy(),
        runs=request.runs,
    )
