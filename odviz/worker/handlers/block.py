"""Times one block."""

from __future__ import annotations

from odviz.measurement.timing import time_block
from odviz.worker.loaded import need
from odviz.worker.protocol import Block
from odviz.worker.serve import Reply, Worker


def handle(request: Block, worker: Worker) -> Reply:
    """See protocol.Block."""
    wall, cpu = time_block(need(worker.loaded).next_invoke(), request.discard, request.timed)
    return {"wall_ns": wall, "cpu_ns": cpu}
