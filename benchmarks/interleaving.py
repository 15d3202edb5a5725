"""Scatter of a variant's latency ratio to its parent over repeats, interleaved against sequential.

Interleaved: shuffled rounds, as odviz measures. Sequential: one variant after the other, as other tools measure. Both
get equal time on the same processes.

`python -m benchmarks interleaving`
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import numpy as np

from benchmarks._common import block, goal, inputs, load, make, networks, note, parse, parser, table
from odviz.arrays import Floats
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import Block
from odviz.execution.child import Child
from odviz.execution.lease import lease
from odviz.measurement.schedule import shuffled_rounds
from odviz.services import catalogue
from odviz.stats import latency, speedup
from odviz.worker.protocol import DescribeHost
from odviz.worker.stress_requests import KeepBusy

RECIPES = (Recipe(), *map(parse_recipe, ("int8-static", "prune-structured:50", "prune-structured:50+int8-static")))
TIMES_TIGHTER = 3.0
RESAMPLES = 2000
BURST_S, PAUSE_S, FOREVER_S = 0.8, 1.2, 1e6


def interleaved(children: Sequence[Child], seconds: float, seed: int) -> Floats:
    """Log ratios to the first child, paired by round; shape (variants,)."""
    blocks: list[list[Block]] = [[] for _ in children]
    pairs, until = list(zip(children, blocks, strict=True)), time.monotonic() + seconds
    for number, order in enumerate(shuffled_rounds(pairs, seed)):
        for child, child_blocks in order:
            child_blocks.append(block(child, 0, number))
        if time.monotonic() >= until:
            break
    return np.log([speedup(blocks[0], child_blocks).centre for child_blocks in blocks[1:]])


def sequential(children: Sequence[Child], seconds: float) -> Floats:
    """Log ratios of p50 to the first child, one child after the other with equal shares of the time."""
    p50 = []
    for child in children:
        blocks: list[Block] = []
        until = time.monotonic() + seconds / len(children)
        while time.monotonic() < until or not blocks:
            blocks.append(block(child, 0, len(blocks)))
        p50.append(latency(blocks).p50.centre)
    return np.log(p50[0] / np.array(p50[1:]))


@contextmanager
def background_load(seed: int | None) -> Iterator[None]:
    """Keep every core busy in bursts; none if `seed` is None."""
    cores = (os.cpu_count() or 1) if seed is not None else 0
    with ThreadPoolExecutor(max(cores, 1)) as pool, ExitStack() as stack:  # children end before the pool waits for them
        for core in range(cores):
            child = stack.enter_context(Child(threads=1))
            child.request(DescribeHost())  # it has started
            pool.submit(child.request, KeepBusy(FOREVER_S, (seed or 0) * 100 + core, BURST_S, PAUSE_S))
        yield


def repeat(children: Sequence[Child], seconds: float, repeats: int, seed: int | None) -> tuple[Floats, Floats]:
    """Log ratios, interleaved and sequential, of shape (repeats, variants) each; the two alternate in going first."""
    ours, theirs = [], []
    with background_load(seed):
        for number in range(repeats):
            for is_interleaved in (number % 2, 1 - number % 2):
                if is_interleaved:
                    ours.append(interleaved(children, seconds, number))
                else:
                    theirs.append(sequential(children, seconds))
    return np.array(ours), np.array(theirs)


def spread(log_ratios: Floats) -> float:
    """Standard deviation over repeats, pooled over variants."""
    return float(np.sqrt(log_ratios.var(axis=0, ddof=1).mean()))


def times_tighter(ours: Floats, theirs: Floats) -> tuple[float, float, float]:
    """Ratio of the spreads with a 95 % percentile bootstrap over repeats."""
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(ours), (RESAMPLES, 2, len(ours)))
    resampled = [spread(theirs[second]) / max(spread(ours[first]), 1e-9) for first, second in picks]
    return spread(theirs) / spread(ours), *np.quantile(resampled, (0.025, 0.975))


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--task", default="product-images")
    commands.add_argument("--model", default="resnet-8")
    options = parse(commands)
    recipes, seconds, repeats = (RECIPES[:2], 0.1, 2) if options.tiny else (RECIPES, 3.0, 20)
    model = networks()[0] if options.tiny else catalogue.model(options.task, options.model)
    artifacts = make(model, recipes, "onnx")
    rows, results = [], {}
    with inputs(model.task) as items, lease("benchmarks interleaving"), ExitStack() as stack:
        children = [stack.enter_context(Child(threads=1)) for _ in artifacts]
        for child, artifact in zip(children, artifacts, strict=True):
            load(child, "onnxruntime", artifact, items)
            block(child, 0, 0)
        for title, seed in (("nothing else runs", None), ("a neighbour computes in bursts", 1)):
            note(f"{model.title}, {title}")
            ours, theirs = repeat(children, seconds, repeats, seed)
            ratio, low, high = results[title] = times_tighter(ours, theirs)
            rows.append(
                [title, f"{spread(ours):.2%}", f"{spread(theirs):.2%}", f"{ratio:.1f}× ({low:.1f} to {high:.1f})"]
            )
    print(table(("While", "Interleaved", "Sequential", "Times tighter (95 %)"), rows))
    variants = ", ".join(str(recipe) for recipe in recipes[1:])
    print(
        f"\n{model.title} on ONNX Runtime; {variants} against fp32; standard deviation of the ratio over {repeats} "
        f"repeats of {seconds:g} s each, pooled over variants. Interleaved: odviz's paired speed-up; sequential: p50 "
        "over p50.\n"
    )
    for title, (ratio, *_) in results.items():
        print(goal(f"at least {TIMES_TIGHTER:g} × tighter while {title}", ratio >= TIMES_TIGHTER) + "\n")


if __name__ == "__main__":
    main()
