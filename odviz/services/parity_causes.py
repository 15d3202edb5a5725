"""Where two runtimes part on one file, and experiments that show why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from odviz.analysis.parity import (
    SHARE,
    differences,
    experiment,
    first_parting,
    largest,
    moved,
    prepared_otherwise,
)
from odviz.arrays import Array, Floats
from odviz.domain.errors import RunFailed
from odviz.domain.parity import Cause, Change, Experiment, LayerGraph, Parting
from odviz.execution.probe import Probe
from odviz.metrics.base import Outputs
from odviz.runtimes import RUNTIMES

TRIED = 16
"""Most items in an experiment: those that differ most."""

_WEIGHTS = {
    Change.SEVEN_BITS: Cause.SATURATION,
    Change.ONE_SCALE: Cause.CHANNEL_SCALES,
    Change.FLOATS: Cause.INTEGERS,
}


@dataclass
class Pair:
    """Two runtimes that disagree about one file.

    Attributes:
        probe: runs it.
        first: name of the runtime that the other is compared with.
        other: name of the other.
        items: that differ most, the worst first; shape (N, …).
        reference: outputs of the first runtime on them.
        outputs: outputs of the other.
        scales: the largest number of each output on all items.
    """

    probe: Probe
    first: str
    other: str
    items: Array
    reference: Outputs
    outputs: Outputs
    scales: tuple[float, ...]
    _graph: LayerGraph | None = field(default=None, init=False)

    def parting(self) -> Parting | None:
        """The first layer that differs for the worst item; None if none could be found."""
        difference = float(self._apart(self.outputs, self.reference)[0])
        steps: dict[str, float] = {}
        with suppress(RunFailed):
            graph = self._layers()
            parting = first_parting(
                graph, lambda position: self._look(graph, position, SHARE * difference, steps), difference
            )
            return parting and replace(parting, steps=steps.get(parting.layer.tensors[0], 0.0))
        return None

    def experiments(self) -> tuple[Experiment, ...]:
        """Every experiment that could be made."""
        made = []
        for attempt in (self._prepared_otherwise, self._other_weights, self._other_threads, self._plain, self._moved):
            with suppress(RunFailed, ValueError):
                made += list(attempt())
        return tuple(made)

    def _layers(self) -> LayerGraph:
        self._graph = self._graph or self.probe.layers()
        return self._graph

    def _look(self, graph: LayerGraph, position: int, least: float, steps: dict[str, float]) -> float | None:
        """How far a layer's outputs differ for the worst item; see `odviz.analysis.parity.Differs`."""
        layer = graph.layers[position]
        try:
            path, positions = self.probe.exposed(layer.tensors)
            seen = [self.probe.predict(name, path, self.items[:1]) for name in (self.first, self.other)]
            first, other = (tuple(outputs[place] for place in positions) for outputs in seen)
            apart = float(differences(other, first)[0])
        except RunFailed:
            if self.probe.time_is_up:
                raise
            return None
        except ValueError:  # in other shapes, which say nothing of the numbers
            return None
        own = len(self.reference)
        for outputs, usual in zip(seen, (self.reference, self.outputs), strict=True):
            if self._apart(outputs[:own], tuple(output[:1] for output in usual))[0] > least:
                return None  # looking at it changes what the runtime computes
        if layer.step:
            steps[layer.tensors[0]] = apart * largest(first[0]) / layer.step
        return apart

    def _prepared_otherwise(self) -> Iterator[Experiment]:
        for title, items in prepared_otherwise(self.items):
            outputs = self.probe.predict(self.other, self.probe.original, items)
            yield self._judged(Cause.PREPARATION, Change.ITEMS, outputs, self.reference, self.other, title)

    def _other_weights(self) -> Iterator[Experiment]:
        for change, cause in _WEIGHTS.items():
            with suppress(RunFailed):  # one of both may refuse such a file
                if (path := self.probe.requantized(change)) is not None:
                    try:
                        first, other = (self.probe.predict(name, path, self.items) for name in (self.first, self.other))
                    finally:
                        path.unlink(missing_ok=True)
                    yield self._judged(cause, change, other, first)

    def _other_threads(self) -> Iterator[Experiment]:
        threads = 2 if self.probe.threads == 1 else 1
        first, other = (
            self.probe.predict(name, self.probe.original, self.items, threads=threads)
            for name in (self.first, self.other)
        )
        yield self._judged(Cause.THREADS, Change.THREADS, other, first, detail=str(threads))

    def _plain(self) -> Iterator[Experiment]:
        for name, usual in ((self.first, self.outputs), (self.other, self.reference)):
            if RUNTIMES[name].plain is not None:
                with suppress(RunFailed):
                    plain = self.probe.predict(name, self.probe.original, self.items, plain=True)
                    yield self._judged(Cause.OPTIMISATION, Change.PLAIN, plain, usual, name)

    def _moved(self) -> Iterator[Experiment]:
        items = moved(self.items, self._layers().rounding)
        if np.array_equal(items, self.items):  # tokens
            return
        outputs = self.probe.predict(self.first, self.probe.original, items)
        yield self._judged(Cause.ROUNDING, Change.MOVED, outputs, self.reference, self.first)

    def _judged(
        self, cause: Cause, change: Change, outputs: Outputs, others: Outputs, subject: str = "", detail: str = ""
    ) -> Experiment:
        before = self._apart(self.outputs, self.reference)
        return experiment(cause, change, before, self._apart(outputs, others), subject, detail)

    def _apart(self, outputs: Outputs, others: Outputs) -> Floats:
        return differences(outputs, others, self.scales)
