"""What odviz's timed block adds to a bare loop around the same runtime.

P50 of both, each in fresh processes of its own, block by block in shuffled order.

`python -m benchmarks harness`
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks._common import block, goal, inputs, interval, load, made, networks, note, parser, table
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

RUNTIMES_HERE = {"onnxruntime": "onnx", "litert": "tflite"}
LIMIT = 1.02
BARE = (sys.executable, "-P", "-m", "benchmarks._bare")


def compare(runtime: str, file: StoredArtifact, fed: Path, launches: int, rounds: int) -> tuple[Estimate, Estimate]:
    """P50 of the bare loop, and the harness's over it, paired by round; the interval is over launches."""
    ours: list[Block] = []
    bare: list[Block] = []
    for launch in range(launches):
        with Child(threads=1) as child, Child(threads=1, command=BARE) as other, laid(file, fed) as items:
            load(child, runtime, file, fed)
            load(other, runtime, file, items)
            pairs: Sequence[tuple[Child, list[Block]]] = ((child, ours), (other, bare))
            for number, order in zip(range(-1, rounds), shuffled_rounds(pairs, launch), strict=False):
                for which, blocks in order:
                    timed = block(which, launch, number)
                    if number >= 0:  # the first round warms both up
                        blocks.append(timed)
    return latency(bare).p50, speedup(ours, bare)


@contextmanager
def laid(file: StoredArtifact, fed: Path) -> Iterator[Path]:
    """The inputs as the file takes them: the bare loop converts nothing."""
    items = np.load(fed)
    with tempfile.NamedTemporaryFile(suffix=".npy") as to:
        np.save(to, np.moveaxis(items, -1, 1) if file.file.layout is Layout.CHANNELS_FIRST else items)
        to.flush()
        yield Path(to.name)


def nothing(file: StoredArtifact, fed: Path, rounds: int) -> Estimate:
    """P50 of the runtime that does nothing: what the harness itself costs an inference."""
    with Child(threads=1) as child:
        load(child, "null", file, fed)
        return latency([block(child, 0, number) for number in range(rounds)]).p50


def main() -> None:
    tiny = parser(__doc__).parse_args().tiny
    launches, rounds = (2, 3) if tiny else (15, 20)
    rows, ratios = [], []
    for model in (networks()[0], networks()[-1]):
        with inputs(model.task) as fed:
            for runtime, fmt in RUNTIMES_HERE.items():
                note(f"{model.title} on {runtime}")
                file = made(model, [Recipe()], fmt)[0]
                with lease("the harness against a bare loop"):
                    p50, ratio = compare(runtime, file, fed, launches, rounds)
                    harness = nothing(file, fed, rounds)
                ratios.append(ratio)
                chosen = catalogue.runtime(runtime)
                cells = [model.title, f"{chosen.title} {chosen.version}", figure(p50.centre, "s")]
                rows.append([*cells, interval(ratio), figure(harness.centre, "s")])
    print(table(("Network", "Runtime", "Bare p50", "Harness / bare p50 (95 %)", "A runtime that does nothing"), rows))
    worst = max(ratio.centre for ratio in ratios)
    print(f"\n{launches} launches × {rounds} rounds of 10 inferences each. Largest ratio: {worst:.3f}.\n")
    print(goal(f"p50 within {LIMIT:.2f} × that of a bare runtime loop", worst <= LIMIT))


if __name__ == "__main__":
    main()
