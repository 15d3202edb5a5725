"""Answers requests that arrive at given times."""

from __future__ import annotations

from odviz.measurement.open_loop import answer_arrivals
from odviz.measurement.readings import Answered
from odviz.measurement.reference import reference_ns
from odviz.worker.serve import Worker
from odviz.worker.stress_requests import AnswerArrivals


def handle(request: AnswerArrivals, worker: Worker) -> Answered:
    """See protocol.AnswerArrivals. One inference before the first arrival warms the caches."""
    invoke = worker.loaded().next_invoke()
    before = reference_ns()
    invoke()
    latencies = answer_arrivals(invoke, request.arrivals_ns, request.patience_ns)
    return Answered(latencies, max(before, reference_ns()))
