"""Requests of stress tests to a worker."""

from __future__ import annotations

from odviz.domain.modality import Modality
from odviz.measurement.readings import Answered
from odviz.worker.request import Done, Request


class Attack(Request[Done], frozen=True):
    """Attack the loaded model on every input with `odviz.attacks.square`, with a sign of life every half second.

    Attributes:
        modality: what an input is.
        box: `.npz` file with the arrays `low`, `high` and `radius` of the space, and `targets`, the right classes.
        budget: greatest number of queries of an input.
        seed: of the random search.
        threshold: from which a single output means class 1.
        out: `.npz` file to write: arrays `outputs`, `queries` and `right`.
    """

    modality: Modality
    box: str
    budget: int
    seed: int
    threshold: float
    out: str


class AnswerArrivals(Request[Answered], frozen=True):
    """Answer requests that arrive at given times with the loaded model, on the next input.

    Attributes:
        arrivals_ns: nanoseconds from the start, ascending; at least one.
        patience_ns: how long after the last arrival requests are still answered.
    """

    arrivals_ns: tuple[int, ...]
    patience_ns: int


class KeepBusy(Request[Done], frozen=True):
    """Keep a core busy in bursts of random length, with signs of life.

    Attributes:
        seconds: how long.
        seed: of the random lengths.
        burst_s: mean length of a burst.
        pause_s: mean length of a pause; 0 to work without one.
    """

    seconds: float
    seed: int
    burst_s: float = 0.5
    pause_s: float = 0.0
