"""How often the 95 % intervals of p50 and speed-up cover the value that reruns scatter around.

A small benchmark runs many times; each interval is compared with the geometric mean of the other reruns' estimates.

`python -m benchmarks coverage`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks._common import goal, networks, note, parse, parser, run, table
from odviz.analysis.estimates import summarise
from odviz.domain.estimate import Estimate
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import BenchmarkResult
from odviz.services import suggestions
from odviz.stats import wilson
from odviz.store import open_store

RECIPES = ("int8-static", "prune-structured:50")
LEVEL, TOLERANCE = 0.95, 0.03


def estimates(reruns: Sequence[BenchmarkResult], name: str) -> list[list[Estimate]]:
    """Estimates of a field of `Latency`, one list per operating point with at least three reruns."""
    by_point: dict[str, list[Estimate]] = {}
    for result in reruns:
        for point in result.points:
            estimate = getattr(point.latency, name, None)
            if estimate is not None and estimate.low < estimate.high:
                by_point.setdefault(point.point.key, []).append(estimate)
    return [row for row in by_point.values() if len(row) > 2]


def covered(row: Sequence[Estimate]) -> list[bool]:
    """Whether each interval contains the geometric mean of the other estimates."""
    logs = np.log([estimate.centre for estimate in row])
    means = np.exp((logs.sum() - logs) / (len(logs) - 1))
    return [bool(estimate.low <= mean <= estimate.high) for estimate, mean in zip(row, means, strict=True)]


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--task", default="product-images")
    commands.add_argument("--reruns", type=int, default=16, help="how many; 16 by default")
    options = parse(commands)
    task, models = options.task, suggestions.models(options.task, quick=True)
    recipes, effort, reruns = RECIPES, replace(QUICK, time_s=12.0), options.reruns
    if options.tiny:
        task, models = networks()[0].task, (networks()[0].name,)
        recipes, effort, reruns = RECIPES[:1], replace(effort, launches=2, rounds=4, time_s=0.6), 3
    plan = BenchmarkPlan(task, models, tuple(map(parse_recipe, recipes)), ("onnxruntime",), effort=effort)
    results = []
    with open_store() as store:
        for seed in range(reruns):
            note(f"rerun {seed + 1} of {reruns}")
            results.append(summarise(run(store, replace(plan, seed=seed))))
    rows, shares = [], []
    for name, title in (("p50", "p50"), ("speedup", "speed-up over the parent")):
        points = estimates(results, name)
        hits = [hit for row in points for hit in covered(row)]
        share = wilson(sum(hits), len(hits))
        shares.append(share.centre)
        width = np.median([estimate.relative_half_width for row in points for estimate in row])
        spread = np.median([np.log([estimate.centre for estimate in row]).std(ddof=1) for row in points])
        ends = f"{share.centre:.1%} ({share.low:.1%} to {share.high:.1%})"
        rows.append([title, str(len(points)), str(len(hits)), ends, f"±{width:.1%}", f"{spread:.1%}"])
    columns = ("Interval of", "Points", "Intervals", "Covered (95 %)", "Median half width", "Median SD of reruns")
    print(table(columns, rows))
    print(
        f"\n{reruns} reruns of {', '.join(plan.models)} × fp32, {', '.join(recipes)} on ONNX Runtime, quick "
        f"effort ({plan.effort.launches} launches × {plan.effort.rounds} rounds). An interval that covers 95 % covers "
        f"the mean of {reruns - 1} others 94 % of the time, because that mean scatters too.\n"
    )
    print(goal(f"{LEVEL:.0%} ± {TOLERANCE:.0%} covered", all(abs(share - LEVEL) <= TOLERANCE for share in shares)))


if __name__ == "__main__":
    main()
