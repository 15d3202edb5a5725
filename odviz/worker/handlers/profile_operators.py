"""Times the operators of a model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from statistics import fmean, median
from typing import cast

from odviz.arrays import Array
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM
from odviz.measurement.profiling import CHAIN, READS, mean_times, operator_times, overheads, timed_rounds
from odviz.measurement.readings import ProfileReading
from odviz.measurement.reference import reference_ns
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import ProfiledSession, Session
from odviz.worker.layer_requests import ProfileOperators
from odviz.worker.loaded import read_inputs
from odviz.worker.serve import Worker

Key = tuple[int, int]
"""Operators of a network and what each reads; −1 of the long one with the profiler on."""

_OWN, _PROFILED, _SMALL = (0, 0), (-1, 0), (1, 3)
"""The model without and with the profiler, and the warm-up network."""


def handle(request: ProfileOperators, worker: Worker) -> ProfileReading:  # noqa: ARG001 - the signature of every handler
    """See layer_requests.ProfileOperators.

    Of two networks of operators that compute almost nothing, the difference is the cost of an operator; the profile of
    the longer one tells what the profiler adds.
    """
    load, path = request.load, Path(request.load.path)
    item, runtime, format = read_inputs(load)[0], RUNTIMES[load.runtime], FORMATS[load.format]
    profiler = runtime.profiled
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / f"small{format.suffixes[0]}"
        format.warm_up_network(small)
        sessions: dict[Key, tuple[Session, Array]] = {
            _OWN: (runtime.load(path, load.layout, load.threads), item),
            _SMALL: (runtime.load(small, Layout.TOKENS, load.threads), WARM_UP_ITEM),
        }
        if profiler is None:
            rounds = timed_rounds(_invokes(sessions), request.seconds, reference_ns)
            return ProfileReading(rounds.blocks[_OWN], (), rounds.p50(_SMALL), 0.0)
        profiled = {_PROFILED: cast(ProfiledSession, profiler.load(path, load.layout, load.threads))}
        for count, reads in product(CHAIN, READS):
            chain = small.with_stem(f"chain-{count}-{reads}")
            format.chain_network(chain, count, reads)
            sessions[count, reads] = runtime.load(chain, Layout.TOKENS, load.threads), WARM_UP_ITEM
            if count == CHAIN[-1]:
                profiled[-1, reads] = cast(ProfiledSession, profiler.load(chain, Layout.TOKENS, load.threads))
        items = {key: item if key == _PROFILED else WARM_UP_ITEM for key in profiled}
        sessions |= {key: (session, items[key]) for key, session in profiled.items()}
        rounds = timed_rounds(_invokes(sessions), request.seconds, reference_ns)
        runs = {key: rounds.runs(key, session.runs()) for key, session in profiled.items()}
    medians = {key: rounds.medians(key) for key in sessions}
    costs = [
        overheads(
            {key: medians[key][number] for key in product(CHAIN, READS)},
            {reads: fmean(mean_times(runs[-1, reads][number]).values()) for reads in READS},
        )
        for number in range(len(medians[_OWN]))
    ]
    operators, counted = operator_times(runs[_PROFILED], costs, medians[_OWN], rounds.p50(_OWN))
    call_s, node_s = median(cost.call_s for cost in costs), median(cost.node_s for cost in costs)
    return ProfileReading(rounds.blocks[_OWN], operators, call_s, node_s, counted)


def _invokes(sessions: dict[Key, tuple[Session, Array]]) -> dict[Key, Callable[[], object]]:
    return {key: session.prepare(item) for key, (session, item) in sessions.items()}
