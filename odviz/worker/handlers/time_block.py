"""Times one block."""

from __future__ import annotations

from odviz.measurement.readings import BlockTimes
from odviz.measurement.reference import reference_ns
from odviz.measurement.timing import time_block
from odviz.worker.protocol import TimeBlock
from odviz.worker.serve import Worker


def handle(request: TimeBlock, worker: Worker) -> BlockTimes:
    """See protocol.TimeBlock."""
    return time_block(worker.loaded().next_invoke(), request.discard, request.timed, reference_ns)
