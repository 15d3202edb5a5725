"""Overhead of odviz's timed block over a bare loop around the same runtime.

P50 of both, each in its own fresh processes, block by block in shuffled order.

`python -m benchmarks harness`
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks._common import block, goal, inputs, interval, load, make, networks, note, parse, parser, table
from odviz.domain.estimate import Estimate
from odviz.domain.model import Layout
from odviz.domain.recipe import Recipe
from odviz.domain.result import Block
from odviz.execution.child import Child
from odviz.execution.lease import lease
from odviz.measurement.schedule import shuffled_rounds
from odviz.services import catalogue
from odviz.stats import latency, speedup
from odviz.store import StoredArtifact
from odviz.units import figure

RUNTIMES = {"onnxruntime": "onnx", "litert": "tflite"}
LIMIT = 1.02
BARE = (sys.executable, "-P", "-m", "benchmarks._bare")


def compare(
    runtime: str, artifact: StoredArtifact, items: Path, launches: int, rounds: int
) -> tuple[Estimate, Estimate]:
    """P50 of the bare loop, and p50 of the harness over it, paired by round; the interval is over launches."""
    harness: list[Block] = []
    bare: list[Block] = []
    for launch in range(launches):
        with (
            Child(threads=1) as worker,
            Child(threads=1, command=BARE) as loop,
            in_layout(artifact, items) as converted,
        ):
            load(worker, runtime, artifact, items)
            load(loop, runtime, artifact, converted)
            pairs: Sequence[tuple[Child, list[Block]]] = ((worker, harness), (loop, bare))
            for number, order in zip(range(-1, rounds), shuffled_rounds(pairs, launch), strict=False):
                for child, blocks in order:
                    timed = block(child, launch, number)
                    if number >= 0:  # the first round is warm-up
                        blocks.append(timed)
    return latency(bare).p50, speedup(harness, bare)


@contextmanager
def in_layout(artifact: StoredArtifact, items: Path) -> Iterator[Path]:
    """The inputs in the artifact's own layout, because the bare loop converts none."""
    array = np.load(items)
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, np.moveaxis(array, -1, 1) if artifact.file.layout is Layout.CHANNELS_FIRST else array)
        file.flush()
        yield Path(file.name)


def null_runtime(artifact: StoredArtifact, items: Path, rounds: int) -> Estimate:
    """P50 of the runtime that computes nothing: the overhead of the harness per inference."""
    with Child(threads=1) as child:
        load(child, "null", artifact, items)
        return latency([block(child, 0, number) for number in range(rounds)]).p50


def main() -> None:
    tiny = parse(parser(__doc__)).tiny
    launches, rounds = (2, 2) if tiny else (15, 20)
    models = networks()[:1] if tiny else (networks()[0], networks()[-1])
    runtimes = dict(list(RUNTIMES.items())[:1]) if tiny else RUNTIMES
    rows, ratios = [], []
    for model in models:
        with inputs(model.task) as items:
            for runtime, fmt in runtimes.items():
                note(f"{model.title} on {runtime}")
                artifact = make(model, [Recipe()], fmt)[0]
                with lease("benchmarks harness"):
                    p50, ratio = compare(runtime, artifact, items, launches, rounds)
                    overhead = null_runtime(artifact, items, rounds)
                ratios.append(ratio)
                status = catalogue.runtime(runtime)
                cells = [model.title, f"{status.title} {status.version}", figure(p50.centre, "s")]
                rows.append([*cells, interval(ratio), figure(overhead.centre, "s")])
    print(table(("Network", "Runtime", "Bare p50", "Harness / bare p50 (95 %)", "Null runtime"), rows))
    worst = max(ratio.centre for ratio in ratios)
    print(f"\n{launches} launches × {rounds} rounds of 10 inferences each. Largest ratio: {worst:.3f}.\n")
    print(goal(f"p50 within {LIMIT:.2f} × that of a bare runtime loop", worst <= LIMIT))


if __name__ == "__main__":
    main()
