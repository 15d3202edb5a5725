"""Loads a model and measures the peak memory of that."""

from __future__ import annotations

from pathlib import Path

from odviz.measurement.memory import measure_memory
from odviz.measurement.readings import MemoryReading
from odviz.runtimes import RUNTIMES
from odviz.worker.loaded import LoadedModel, read_inputs
from odviz.worker.protocol import MeasureMemory
from odviz.worker.serve import Worker


def handle(request: MeasureMemory, worker: Worker) -> MemoryReading:
    """See protocol.MeasureMemory. The inputs are in memory before the baseline is read."""
    load = request.load
    inputs = read_inputs(load)
    reading, session = measure_memory(
        RUNTIMES[load.runtime],
        Path(load.path),
        format=load.format,
        layout=load.layout,
        threads=load.threads,
        item=inputs[0],
        runs=request.runs,
    )
    worker.model = LoadedModel(session, inputs)
    return reading
