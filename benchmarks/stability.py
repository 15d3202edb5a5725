"""Whether a rerun recommends the same variant, and whether it is the truly best one.

A quick benchmark of each task runs again and again, with other seeds, as a person would start it on the page. The truth
is known only in a simulation, of which the second table is.

`python -m benchmarks stability`
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from benchmarks._common import goal, networks, note, parse, parser, run, table
from benchmarks._decisions import trial
from odviz.analysis.analysis import Analysis, analyse
from odviz.domain.objective import NO_LIMITS, Limits
from odviz.objectives import LATENCY, default_limits
from odviz.services import naming, suggestions
from odviz.stats import wilson
from odviz.store import Store, open_store
from odviz.tasks import TASKS

SAME, BEST = 0.95, 0.95
NEEDS = {"feels instant, 0.1 s": 0.1, "5 ms": 5e-3, "no deadline": None}
_SEED = 11


def reruns(store: Store, task: str, count: int, tiny: bool) -> list[Analysis]:
    """Analyses of a first look at a task, measured again and again, without limits."""
    plan = suggestions.first_look(task)
    if tiny:
        effort = replace(plan.effort, launches=1, rounds=2, time_s=0.1)
        plan = replace(plan, models=plan.models[-1:], recipes=(), runtimes=plan.runtimes[:1], effort=effort)
    analyses = []
    for seed in range(count):
        note(f"{task}: {seed + 1} of {count}")
        analyses.append(analyse(run(store, replace(plan, seed=seed))))
    return analyses


def commonest(analyses: list[Analysis], limits: Limits) -> tuple[str, int]:
    """The variant that is recommended most often, and how often."""
    titles: Counter[str] = Counter()
    for analysis in analyses:
        recommendation = analysis.under(limits).recommendation
        titles[naming.point(recommendation.candidate.result.point) if recommendation else "nothing"] += 1
    return titles.most_common(1)[0]


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--reruns", type=int, default=20, help="benchmarks of each task; 20 by default")
    options = parse(commands)
    count, trials = (2, 5) if options.tiny else (options.reruns, 1000)
    tasks = [networks()[0].task] if options.tiny else TASKS.names()
    rows, instant = [], []
    with open_store() as store:
        for task in tasks:
            analyses = reruns(store, task, count, options.tiny)
            limits = default_limits(analyses[0].objectives)
            title, times = commonest(analyses, limits)
            free = commonest(analyses, NO_LIMITS)
            instant.append(times / count)
            rows.append([naming.task(task), title, f"{times} of {count}", free[0], f"{free[1]} of {count}"])
    print(table(("Task", "Feels instant (0.1 s)", "The same", "No deadline", "The same"), rows))
    print()
    print(goal(f"the same recommendation in ≥ {SAME:.0%} of the reruns of each task", min(instant) >= SAME))
    print()
    shares = {}
    for need, deadline in NEEDS.items():
        rng = np.random.default_rng(_SEED)
        hits = sum(trial(rng, deadline) for _ in range(trials))
        shares[need] = wilson(hits, trials)
    cells = [[need, f"{one.centre:.1%} ({one.low:.1%} to {one.high:.1%})"] for need, one in shares.items()]
    print(
        table(
            (f"{LATENCY.limit.label}, {trials} simulated benchmarks", "Within 0.5 points and 10 % of the best"), cells
        )
    )
    print()
    print(
        goal(
            f"within 0.5 points and 10 % of the truly best in ≥ {BEST:.0%}",
            min(s.centre for s in shares.values()) >= BEST,
        )
    )


if __name__ == "__main__":
    main()
