"""How often the 95 % intervals of p50 and speed-up cover what they are about.

A small benchmark is run again and again; each interval is compared with the geometric mean of the other reruns'
figures.

`python -m benchmarks coverage`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks._common import goal, note, parser, store, table
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.estimate import Estimate
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import BenchmarkResult
from odviz.services import benchmark, suggestions
from odviz.stats import wilson
from odviz.store import Store

RECIPES = tuple(map(parse_recipe, ("int8-static", "prune-structured:50")))
ASKED, SLACK = 0.95, 0.03


def rerun(opened: Store, plan: BenchmarkPlan) -> BenchmarkResult:
    submitted = benchmark.submit(opened, plan)
    benchmark.run(opened, submitted.id, wait_s=-1)
    return summarise(load_benchmark_data(opened, submitted.id))


def figures(found: Sequence[BenchmarkResult], what: str) -> list[list[Estimate]]:
    """Per operating point, its figure in every rerun that has one."""
    rows: dict[str, list[Estimate]] = {}
    for result in found:
        for each in result.points:
            figure = getattr(each.latency, what, None)
            if figure is not None and figure.low < figure.high:
                rows.setdefault(each.point.key, []).append(figure)
    return [row for row in rows.values() if len(row) > 2]


def covered(row: Sequence[Estimate]) -> list[bool]:
    """Whether each interval holds the geometric mean of the others' values."""
    logs = np.log([figure.centre for figure in row])
    others = np.exp((logs.sum() - logs) / (len(logs) - 1))
    return [bool(figure.low <= other <= figure.high) for figure, other in zip(row, others, strict=True)]


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--task", default="product-images")
    arguments.add_argument("--reruns", type=int, default=0, help="how many; 16 by default")
    chosen = arguments.parse_args()
    reruns = chosen.reruns or (3 if chosen.tiny else 16)
    plan = BenchmarkPlan(
        task=chosen.task,
        models=suggestions.models(chosen.task, quick=True),
        recipes=RECIPES,
        runtimes=("onnxruntime",),
        effort=replace(QUICK, time_s=2.0 if chosen.tiny else 12.0, memory_repeats=1),
    )
    found = []
    with store() as opened:
        for seed in range(reruns):
            note(f"rerun {seed + 1} of {reruns}")
            found.append(rerun(opened, replace(plan, seed=seed)))
    rows, shares = [], []
    for what, words in (("p50", "p50"), ("speedup", "speed-up over the parent")):
        points = figures(found, what)
        inside = [hit for row in points for hit in covered(row)]
        share = wilson(sum(inside), len(inside))
        shares.append(share.centre)
        width = np.median([figure.relative_half_width for row in points for figure in row])
        spread = np.median([np.log([figure.centre for figure in row]).std(ddof=1) for row in points])
        ends = f"{share.centre:.1%} ({share.low:.1%} to {share.high:.1%})"
        rows.append([words, str(len(points)), str(len(inside)), ends, f"±{width:.1%}", f"{spread:.1%}"])
    columns = ("Interval of", "Points", "Intervals", "Covered (95 %)", "Median half width", "Median SD of reruns")
    print(table(columns, rows))
    print(
        f"\n{reruns} reruns of {', '.join(plan.models)} × fp32, {', '.join(map(str, RECIPES))} on ONNX Runtime, quick "
        f"effort ({plan.effort.launches} launches × {plan.effort.rounds} rounds). An interval that covers 95 % covers "
        f"the mean of {reruns - 1} others 94 % of the time, because that mean scatters too.\n"
    )
    print(goal(f"{ASKED:.0%} ± {SLACK:.0%} covered", all(abs(share - ASKED) <= SLACK for share in shares)))


if __name__ == "__main__":
    main()
