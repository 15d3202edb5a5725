"""Times several models in turns."""

from __future__ import annotations

import tempfile
from pathlib import Path

from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM
from odviz.measurement.profiling import timed_rounds
from odviz.measurement.reference import reference_ns
from odviz.runtimes import RUNTIMES
from odviz.worker.layer_requests import TimedTogether, TimeTogether
from odviz.worker.loaded import read_inputs
from odviz.worker.serve import Worker

_SMALL = -1


def handle(request: TimeTogether, worker: Worker) -> TimedTogether:
    """See layer_requests.TimeTogether."""
    invokes = {}
    for number, load in enumerate(request.loads):
        session = RUNTIMES[load.runtime].load(Path(load.path), load.layout, load.threads)
        invokes[number] = session.prepare(read_inputs(load)[0])
        worker.report_alive()
    first = request.loads[0]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / f"small{FORMATS[first.format].suffixes[0]}"
        FORMATS[first.format].warm_up_network(small)
        session = RUNTIMES[first.runtime].load(small, Layout.TOKENS, first.threads)
    invokes[_SMALL] = session.prepare(WARM_UP_ITEM)
    rounds = timed_rounds(invokes, request.seconds, reference_ns)
    return TimedTogether(tuple(rounds.blocks[number] for number in range(len(request.loads))), rounds.p50(_SMALL))
