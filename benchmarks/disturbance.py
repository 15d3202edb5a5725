"""Benchmarks beside a busy neighbour: whether it is named, and whether the p50s still hold that of the quiet machine.

A small benchmark runs several times on the quiet machine and beside each of several programs. The p50 of the quiet
machine is the median over its benchmarks.

`python -m benchmarks disturbance`
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks._common import goal, networks, note, parse, parser, run, table
from odviz.analysis.estimates import summarise
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import BenchmarkResult
from odviz.store import Store, open_store

BUSY = "while True: pass"
MEMORY = "import numpy as np\nlarge = np.ones(8_000_000)\nwhile True: large *= 1.0"
BURSTS = """
import time
while True:
    end = time.monotonic() + 0.03
    while time.monotonic() < end: pass
    time.sleep(0.07)
"""
PAGE = """data:text/html,<canvas id=c width=900 height=900></canvas><script>
const pen = c.getContext('2d'); let n = 0;
function draw() {
  n++;
  for (let i = 0; i < 3000; i++) pen.fillRect((i * n) % 900, (i * 7) % 900, 9, 9);
  requestAnimationFrame(draw)
}
draw()</script>"""
BROWSER = ("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", PAGE)
NEIGHBOURS: Mapping[str, Sequence[Sequence[str]]] = {
    "nothing": (),
    "a busy loop": ((sys.executable, "-c", BUSY),),
    "2 busy loops": ((sys.executable, "-c", BUSY),) * 2,
    "4 busy loops": ((sys.executable, "-c", BUSY),) * 4,
    "a loop over memory": ((sys.executable, "-c", MEMORY),),
    "bursts of 30 ms in 100 ms": ((sys.executable, "-c", BURSTS),),
    "an animated page in a browser": (BROWSER,),
}
NAMED, FALSELY_NAMED = 0.95, 0.05
QUIET = 4
"""So many times as many benchmarks without a neighbour: a false alarm should be rare."""


@contextmanager
def beside(commands: Sequence[Sequence[str]]) -> Iterator[None]:
    """Run programs in the background until the context ends."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(command, start_new_session=True, **quiet) for command in commands]
    try:
        time.sleep(1.0 if processes else 0.0)
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def p50s(result: BenchmarkResult) -> dict[str, tuple[float, float, float]]:
    """Low end, value and high end of each point's p50, seconds."""
    found = {point.point.key: point.latency.p50 for point in result.points if point.latency}
    return {key: (p50.low, p50.centre, p50.high) for key, p50 in found.items()}


def measure(store: Store, plan: BenchmarkPlan, neighbour: str, reruns: int) -> list[BenchmarkResult]:
    """Benchmarks beside a neighbour."""
    results = []
    with beside(NEIGHBOURS[neighbour]):
        for seed in range(reruns):
            note(f"beside {neighbour}: {seed + 1} of {reruns}")
            results.append(summarise(run(store, replace(plan, seed=seed))))
    return results


def row(neighbour: str, results: Sequence[BenchmarkResult], quiet: Mapping[str, float]) -> list[str]:
    """A row of the table."""
    ends = [(quiet[key], *p50) for result in results for key, p50 in p50s(result).items() if key in quiet]
    errors = [abs(np.log(centre / truth)) for truth, _, centre, _ in ends]
    covered = np.mean([low <= truth <= high for truth, low, _, high in ends])
    slowed = [point.latency.slowdown for result in results for point in result.points if point.latency]
    others = [load.others for result in results for load in result.background]
    return [
        neighbour,
        f"{sum(map(is_named, results))} of {len(results)}",
        f"{median(others):.2f}",
        f"{median(filter(None, slowed)):.2f} ×",
        f"{np.expm1(median(errors)):.1%}",
        f"{covered:.0%}",
    ]


def is_named(result: BenchmarkResult) -> bool:
    """Whether a benchmark names a neighbour."""
    return any(load.is_busy for load in result.background)


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--reruns", type=int, default=4, help="benchmarks beside each neighbour; 4 by default")
    options = parse(commands)
    task, model = networks()[0].task, networks()[0].name
    recipes, runtimes = ("int8-static", "int8-dynamic", "prune-structured:50"), ("onnxruntime", "litert")
    effort, reruns, neighbours = replace(QUICK, time_s=8.0), options.reruns, list(NEIGHBOURS)
    if not shutil.which(BROWSER[0]):
        neighbours.pop()
    if options.tiny:
        recipes, runtimes = recipes[-1:], runtimes[:1]
        effort, reruns, neighbours = replace(effort, launches=1, rounds=2, time_s=0.1), 1, neighbours[:2]
    plan = BenchmarkPlan(task, (model,), tuple(map(parse_recipe, recipes)), runtimes, effort=effort)
    with open_store() as store:
        quiet_reruns = reruns if options.tiny else QUIET * reruns
        results = {
            neighbour: measure(store, plan, neighbour, reruns if NEIGHBOURS[neighbour] else quiet_reruns)
            for neighbour in neighbours
        }
    quiet_runs = [p50s(result) for result in results["nothing"]]
    quiet = {key: median(p50[key][1] for p50 in quiet_runs if key in p50) for key in quiet_runs[0]}
    columns = ("Beside", "Named", "Cores of others", "Reference loop", "Median error of p50", "Quiet p50 covered")
    print(table(columns, [row(neighbour, results[neighbour], quiet) for neighbour in neighbours]))
    disturbed = [is_named(result) for name in neighbours[1:] for result in results[name]]
    falsely = [is_named(result) for result in results["nothing"]]
    print(f"\n{model} with {', '.join(recipes)} on {', '.join(runtimes)}; {effort.time_s:g} s of timing each.\n")
    print(goal(f"named in ≥ {NAMED:.0%} of the disturbed benchmarks", np.mean(disturbed) >= NAMED))
    print()
    print(goal(f"named in ≤ {FALSELY_NAMED:.0%} of the quiet benchmarks", np.mean(falsely) <= FALSELY_NAMED))


if __name__ == "__main__":
    main()
