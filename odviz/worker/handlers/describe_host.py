"""Describes the machine and its runtimes."""

from __future__ import annotations

from odviz.domain.environment import Environment
from odviz.measurement.environment import snapshot
from odviz.worker.protocol import DescribeHost
from odviz.worker.serve import Worker


def handle(request: DescribeHost, worker: Worker) -> Environment:  # noqa: ARG001 - the signature of every handler
    """See protocol.DescribeHost."""
    return snapshot()
