"""Meters a sustained loop."""

from __future__ import annotations

from odviz.domain.codec import encode
from odviz.measurement.energy import first_meter, measure_energy
from odviz.worker.loaded import need
from odviz.worker.protocol import Energy
from odviz.worker.serve import Reply, Worker


def handle(request: Energy, worker: Worker) -> Reply:
    """See protocol.Energy."""
    loaded, meter = need(worker.loaded), first_meter()
    return dict(encode(measure_energy(loaded.next_invoke(), meter, request.seconds)))
