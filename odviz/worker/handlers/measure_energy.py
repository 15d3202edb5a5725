"""Meters a sustained loop."""

from __future__ import annotations

from odviz.measurement.energy import first_meter, measure_energy
from odviz.measurement.readings import EnergyReading
from odviz.worker.protocol import MeasureEnergy
from odviz.worker.serve import Worker


def handle(request: MeasureEnergy, worker: Worker) -> EnergyReading:
    """See protocol.MeasureEnergy."""
    return measure_energy(worker.loaded().next_invoke(), first_meter(), request.seconds)
