"""Measures how fast the processor computes and copies."""

from __future__ import annotations

from odviz.measurement.rates import measure_rates
from odviz.measurement.readings import RateReading
from odviz.worker.layer_requests import MeasureRates
from odviz.worker.serve import Worker


def handle(request: MeasureRates, worker: Worker) -> RateReading:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.MeasureRates."""
    return measure_rates(request.threads)
