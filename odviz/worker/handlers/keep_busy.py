"""Keeps a core busy."""

from __future__ import annotations

from odviz.measurement.busy import keep_busy
from odviz.worker.request import Done
from odviz.worker.serve import Worker
from odviz.worker.stress_requests import KeepBusy


def handle(request: KeepBusy, worker: Worker) -> Done:
    """See protocol.KeepBusy."""
    keep_busy(request.seconds, request.seed, request.burst_s, request.pause_s, worker.report_alive)
    return Done()
