"""How far the ratio of a variant's latency to its parent's scatters over repeats.

Measured in shuffled rounds, as odviz does, against one variant after the other, as other tools do; in equal time, on
the same processes.

`python -m benchmarks interleaving`
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np
from numpy.typing import NDArray

from benchmarks._common import ROOT, block, goal, inputs, load, made, note, parser, table
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import Block
from odviz.execution.child import Child
from odviz.execution.lease import lease
from odviz.measurement.schedule import shuffled_rounds
from odviz.services import catalogue
from odviz.stats import latency, speedup

RECIPES = (Recipe(), *map(parse_recipe, ("int8-static", "prune-structured:50", "prune-structured:50+int8-static")))
TIMES_TIGHTER = 3.0

Floats = NDArray[np.float64]


def interleaved(children: Sequence[Child], seconds: float, seed: int) -> Floats:
    """Logarithms of the ratios to the first, paired by round."""
    blocks: list[list[Block]] = [[] for _ in children]
    pairs, until = list(zip(children, blocks, strict=True)), time.monotonic() + seconds
    for number, order in enumerate(shuffled_rounds(pairs, seed)):
        for child, own in order:
            own.append(block(child, 0, number))
        if time.monotonic() >= until:
            break
    return np.log([speedup(blocks[0], own).centre for own in blocks[1:]])


def sequential(children: Sequence[Child], seconds: float) -> Floats:
    """The same from medians, each child in its turn for an equal share of the time."""
    p50 = []
    for child in children:
        own: list[Block] = []
        until = time.monotonic() + seconds / len(children)
        while time.monotonic() < until or not own:
            own.append(block(child, 0, len(own)))
        p50.append(latency(own).p50.centre)
    return np.log(p50[0] / np.array(p50[1:]))


@contextmanager
def disturbed(seed: int | None) -> Iterator[None]:
    """While somebody else uses every core now and then; nobody does without a seed."""
    with ExitStack() as stack:
        for core in range(os.cpu_count() or 1) if seed is not None else ():
            command = [sys.executable, "-m", "benchmarks._disturbance", str((seed or 0) * 100 + core)]
            env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            other = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE))
            stack.callback(other.kill)  # before Popen waits for it
            assert other.stdout
            other.stdout.readline()
        yield


def spreads(children: Sequence[Child], seconds: float, repeats: int, seed: int | None) -> tuple[Floats, Floats]:
    """Shape (repeats, variants) each: interleaved and sequential, which of the two goes first taking turns."""
    one, other = [], []
    with disturbed(seed):
        for repeat in range(repeats):
            for first in (repeat % 2, 1 - repeat % 2):
                if first:
                    one.append(interleaved(children, seconds, repeat))
                else:
                    other.append(sequential(children, seconds))
    return np.array(one), np.array(other)


def spread(ratios: Floats) -> float:
    """Standard deviation over repeats, pooled over variants: a share, as ratios are logarithms."""
    return float(np.sqrt(ratios.var(axis=0, ddof=1).mean()))


def tighter(one: Floats, other: Floats) -> tuple[float, float, float]:
    """How many times smaller the first spread is, with a 95 % percentile bootstrap over repeats."""
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(one), (2000, 2, len(one)))
    drawn = [spread(other[there]) / max(spread(one[here]), 1e-9) for here, there in picks]
    return spread(other) / spread(one), *np.quantile(drawn, (0.025, 0.975))


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--task", default="product-images")
    arguments.add_argument("--model", default="resnet-8")
    chosen = arguments.parse_args()
    seconds, repeats = (0.5, 3) if chosen.tiny else (3.0, 20)
    model = catalogue.model(chosen.task, chosen.model)
    files = made(model, RECIPES, "onnx")
    rows, found = [], {}
    with inputs(model.task) as fed, lease("interleaved against sequential"), ExitStack() as stack:
        children = [stack.enter_context(Child(threads=1)) for _ in files]
        for child, file in zip(children, files, strict=True):
            load(child, "onnxruntime", file, fed)
            block(child, 0, 0)
        for words, seed in (("nothing else runs", None), ("a neighbour computes in bursts", 1)):
            note(f"{model.title}, {words}")
            one, other = spreads(children, seconds, repeats, seed)
            times, low, high = found[words] = tighter(one, other)
            ends = f"{times:.1f}× ({low:.1f} to {high:.1f})"
            rows.append([words, f"{spread(one):.2%}", f"{spread(other):.2%}", ends])
    print(table(("While", "Interleaved", "Sequential", "Times tighter (95 %)"), rows))
    variants = ", ".join(str(recipe) for recipe in RECIPES[1:])
    print(
        f"\n{model.title} on ONNX Runtime; {variants} against fp32; standard deviation of the ratio over {repeats} "
        f"repeats of {seconds:g} s each, pooled over variants. Interleaved: odviz's paired speed-up; sequential: p50 "
        "over p50.\n"
    )
    for words, (times, *_) in found.items():
        print(goal(f"at least {TIMES_TIGHTER:g} × tighter while {words}", times >= TIMES_TIGHTER) + "\n")


if __name__ == "__main__":
    main()
