"""Times one block."""

from __future__ import annotations

from odviz.measurement.timing import time_block
from odviz.worker.protocol import BlockTimes, TimeBlock
from odviz.worker.serve import Worker


def handle(request: TimeBlock, worker: Worker) -> BlockTimes:
    """See protocol.TimeBlock."""
    return BlockTimes(*time_block(worker.loaded().next_invoke(), request.discard, request.timed))
