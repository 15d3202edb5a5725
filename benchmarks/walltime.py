"""Where the wall time of a quick benchmark goes, and how well it then knows the medians.

A quick benchmark of the smallest network of a task, and of its most accurate and its smallest one together, with every
file and prediction cached, as when somebody measures again. Timed inference is the sum of all timed inferences.

`python -m benchmarks walltime`
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks._common import goal, note, parse, parser, table
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.execution.progress import Phase, Progress
from odviz.services import benchmark, suggestions
from odviz.store import Store, open_store
from odviz.units import percent

LARGER, SMALLEST = 0.4, 0.2
"""Share of the wall time that should be timed inference, by networks."""


@dataclass
class Stopwatch:
    """Seconds of each part of a benchmark, from its progress reports."""

    part: str = "preparing"
    since: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def report(self, progress: Progress) -> None:
        """Count the time since the last report for the part that was under way."""
        now = time.monotonic()
        self.seconds[self.part] += now - self.since
        starting = progress.phase is Phase.LATENCY and progress.label.startswith("starting")
        timing = "starting processes" if starting else "rounds"
        self.part = timing if progress.phase is Phase.LATENCY else "preparing"
        self.since = now


def measure(store: Store, plan: BenchmarkPlan) -> tuple[list[str], float]:
    """A row of the table, and the share of timed inference."""
    submitted = benchmark.submit(store, plan)
    watch, start = Stopwatch(), time.monotonic()
    benchmark.run(store, submitted.id, watch.report)
    wall_s = time.monotonic() - start
    watch.seconds[watch.part] += time.monotonic() - watch.since
    blocks = [block for blocks in store.blocks(submitted.id).values() for block in blocks]
    timed_s = sum(sum(block.wall_ns) / len(block.wall_ns) * block.inferences for block in blocks) / 1e9
    result = summarise(load_benchmark_data(store, submitted.id))
    latencies = [point.latency for point in result.points if point.latency]
    between = [latency.between_launches for latency in latencies if latency.between_launches is not None]
    parts = [f"{watch.seconds[part]:.1f} s" for part in ("preparing", "starting processes", "rounds")]
    widths = [f"±{percent(median(between), 1)}", f"±{percent(median(x.p50.relative_half_width for x in latencies), 1)}"]
    names = ", ".join(plan.models)
    row = [
        names,
        str(len(latencies)),
        f"{wall_s:.1f} s",
        *parts,
        f"{timed_s:.1f} s",
        percent(timed_s / wall_s),
        *widths,
    ]
    return row, timed_s / wall_s


def main() -> None:
    commands = parser(__doc__)
    options = parse(commands)
    tasks = ("review-sentiment",) if options.tiny else ("review-sentiment", "product-images", "exercise")
    effort = replace(QUICK, launches=1, rounds=2, time_s=0.1) if options.tiny else QUICK
    rows, larger, smallest = [], [], []
    with open_store() as store:
        for task in tasks:
            smallest_model = suggestions.models(task, quick=True)[-1]
            for models, shares in (((smallest_model,), smallest), (suggestions.models(task, quick=True), larger)):
                recipes = suggestions.recipes(task, True, models)
                runtimes = suggestions.runtimes(quick=True)
                if options.tiny:
                    recipes, runtimes = recipes[:1], runtimes[:1]
                plan = BenchmarkPlan(task, models, recipes, runtimes, effort=effort)
                note(f"{task}: {', '.join(models)}, to fill the cache")
                measure(store, plan)
                note(f"{task}: {', '.join(models)}")
                row, share = measure(store, plan)
                rows.append(row)
                shares.append(share)
                if options.tiny:
                    break
    columns = (
        "Networks", "Variants", "Wall", "Preparing", "Starting processes", "Rounds", "Timed inference", "Share",
        "Between launches", "Interval of p50",
    )  # fmt: skip
    print(table(columns, rows))
    print("\nRounds are timed inference, the reference loop, discarded inferences and requests.\n")
    if larger:
        print(goal(f"≥ {LARGER:.0%} timed inference with the larger networks", min(larger) >= LARGER), end="\n\n")
    print(goal(f"≥ {SMALLEST:.0%} timed inference with the smallest", min(smallest) >= SMALLEST))


if __name__ == "__main__":
    main()
