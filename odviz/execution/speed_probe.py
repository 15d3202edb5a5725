"""Child processes that profile one file, and time it in turns with changed copies of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from odviz.arrays import Array
from odviz.domain.model import Artifact, GraphFacts, Variant
from odviz.domain.parity import Layer
from odviz.domain.plan import THOROUGH
from odviz.domain.result import Block
from odviz.domain.why import LayerWork, SpeedChange
from odviz.execution.prepare import made_files, make
from odviz.execution.probe import FILES, Probe
from odviz.library.items import Shapes
from odviz.measurement.readings import ProfileReading, RateReading
from odviz.measurement.schedule import shuffled_rounds
from odviz.store import StoredArtifact
from odviz.worker.layer_requests import (
    Cut,
    ListLayers,
    ListWork,
    MeasureRates,
    ProfileOperators,
    TimedTogether,
    TimeTogether,
    Vary,
)
from odviz.worker.protocol import InspectFile, TimeBlock
from odviz.worker.request import Load

LAUNCHES = 3
"""Fresh processes in which each file of a comparison is timed; their spread enters the interval."""

ROUNDS = 12
"""Blocks of each file in a launch."""

BLOCK_S = 0.01
"""Length of a block."""

LEAST, MOST = 3, 1000
"""Inferences of a block."""

PROFILE_S = 1.0
"""Seconds for which a file is profiled."""


class SpeedProbe(Probe):
    """A probe that times."""

    def items(self, items: Array) -> Path:
        """Keep items in a file, for `odviz.worker.request.Load`."""
        path = self._folder / f"items-{next(self._numbers)}.npy"
        np.save(path, items, allow_pickle=False)
        return path

    def facts(self, artifact: Artifact, shapes: Shapes) -> GraphFacts:
        """What a file is made of.

        Raises:
            RunFailed: it cannot be read.
        """
        return self._ask(FILES, InspectFile(artifact.path, artifact.format, artifact.layout.batches(shapes)))

    def made(self, variant: Variant, shapes: Shapes) -> StoredArtifact:
        """Make the file of a variant, or find it in the cache.

        Raises:
            RunFailed: it cannot be made.
        """
        with self._make_child(
            timeout_s=THOROUGH.timeout_s, memory_limit_bytes=THOROUGH.memory_limit_bytes, folders=(made_files(),)
        ) as child:
            return make(child, variant, shapes)

    def profile(self, load: Load) -> ProfileReading:
        """Time the operators of a file in a fresh process.

        Raises:
            RunFailed: it cannot be run, or time is up.
        """
        try:
            return self._ask("profile", ProfileOperators(load, PROFILE_S))
        finally:
            self._drop("profile")

    def rates(self, threads: int) -> RateReading:
        """Measure what the processor reaches.

        Raises:
            RunFailed: time is up.
        """
        try:
            return self._ask("rates", MeasureRates(threads))
        finally:
            self._drop("rates")

    def varied(self, change: SpeedChange) -> Path | None:
        """A copy of the file that does the same work in other conditions; None if nothing changes.

        Raises:
            RunFailed: it cannot be made.
        """
        path = self._path()
        request = Vary(str(self.original), self._artifact.format, str(path), change)
        return path if self._ask(FILES, request).tensors else None

    def layers_of(self, artifact: Artifact) -> tuple[Layer, ...]:
        """The layers of a file.

        Raises:
            RunFailed: they cannot be listed.
        """
        return self._ask(FILES, ListLayers(artifact.path, artifact.format)).layers

    def work(self, artifact: Artifact, shapes: Shapes) -> tuple[LayerWork, ...]:
        """What each layer of a file computes.

        Raises:
            RunFailed: it cannot be read.
        """
        return self._ask(FILES, ListWork(artifact.path, artifact.format, artifact.layout.batches(shapes))).layers

    def prefixes(self, load: Load, groups: Sequence[tuple[str, ...]]) -> TimedTogether:
        """Time copies of a file that end behind each group of layers, in turns in one process.

        Args:
            load: how the file is loaded.
            groups: tensors that the last layer of each group writes; the file itself is timed in place of the last.

        Raises:
            RunFailed: a copy cannot be made or run, or time is up.
        """
        loads = []
        copies = []
        try:
            for tensors in groups[:-1]:
                copies.append(self._path())
                self._ask(FILES, Cut(load.path, load.format, str(copies[-1]), tensors))
                loads.append(replace(load, path=str(copies[-1])))
            return self._ask("together", TimeTogether((*loads, load), PROFILE_S))
        finally:
            self._drop("together")
            for copy in copies:
                copy.unlink(missing_ok=True)

    def race(self, loads: Sequence[Load]) -> list[list[Block]]:
        """Time files in turns: in each launch each has a fresh process, in each round each runs one block.

        Raises:
            RunFailed: one of them cannot be run, or time is up.
        """
        blocks: list[list[Block]] = [[] for _ in loads]
        keys = [f"race-{number}" for number in range(len(loads))]
        for launch in range(LAUNCHES):
            try:
                counts = [self._started(key, load) for key, load in zip(keys, loads, strict=True)]
                rounds = shuffled_rounds(range(len(loads)), seed=launch)
                for number in range(ROUNDS):
                    for index in next(rounds):
                        times = self._ask(keys[index], TimeBlock(1, counts[index]))
                        block = Block(launch, number, times.wall_ns, times.cpu_ns, times.timed, times.reference_ns)
                        blocks[index].append(block)
            finally:
                for key in keys:
                    self._drop(key)
        return blocks

    def _started(self, key: str, load: Load) -> int:
        """Load a file in a fresh child; how many inferences a block has."""
        self._ask(key, load)
        first = self._ask(key, TimeBlock(2, LEAST))
        return min(MOST, max(LEAST, round(BLOCK_S * 1e9 / max(1, min(first.wall_ns)))))
