"""The best int8 and the best pruned and int8 variant of every shipped network on every runtime.

How many times faster than the fp32 network on the same runtime, and the paired difference in accuracy on the whole
held-out set.

`python -m benchmarks speedups`; `python -m benchmarks.speedups --benchmark ID...` reads stored benchmarks instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks._common import goal, networks, note, parser, store, table
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.model import Model
from odviz.domain.plan import THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import PointResult
from odviz.services import benchmark, machine
from odviz.store import open_store
from odviz.units import points as in_points
from odviz.units import times

RUNTIMES_HERE = ("onnxruntime", "litert")
"""tflite-runtime runs int8 on reference kernels, many times slower than fp32; `odviz bench` shows it."""

INT8 = ("int8-static", "int8-dynamic")
EFFORT = replace(THOROUGH, launches=3, rounds=8, time_s=20.0, memory_repeats=1)


@dataclass(frozen=True)
class Class:
    """A kind of variant, and what is hoped of it."""

    words: str
    holds: Callable[[Recipe], bool]
    times: float
    loss: float


def _methods(recipe: Recipe) -> set[str]:
    return {step.method for step in recipe.steps}


CLASSES = (
    Class("int8", lambda recipe: len(recipe.steps) == 1 and bool(_methods(recipe) & set(INT8)), 2.5, 0.005),
    Class("pruned + int8", lambda r: "prune-structured" in _methods(r) and bool(_methods(r) & set(INT8)), 6.0, 0.010),
)


def recipes(model: Model) -> tuple[Recipe, ...]:
    """Every one of the classes that the network's checkpoints allow."""
    pruned = [f"prune-structured:{checkpoint.nominal}" for checkpoint in model.checkpoints[1:]]
    texts = [*INT8, *(f"{prune}+{int8}" for prune in pruned for int8 in INT8)]
    return tuple(map(parse_recipe, texts))


def measured(tiny: bool) -> Iterator[PointResult]:
    """A benchmark per network."""
    with store() as opened:
        for model in networks()[: 1 if tiny else None]:
            effort = replace(EFFORT, launches=1, rounds=2, time_s=1.0) if tiny else EFFORT
            wanted = recipes(model)[:1] if tiny else recipes(model)
            plan = BenchmarkPlan(model.task, (model.name,), wanted, RUNTIMES_HERE, effort=effort)
            submitted = benchmark.submit(opened, plan)
            note(f"{model.title}: {len(submitted.expansion.points)} operating points")
            benchmark.run(opened, submitted.id, wait_s=-1)
            yield from summarise(load_benchmark_data(opened, submitted.id)).points


def stored(prefixes: Sequence[str]) -> Iterator[PointResult]:
    """What a person's own database holds."""
    with open_store() as opened:
        for prefix in prefixes:
            yield from summarise(load_benchmark_data(opened, prefix)).points


def loss(point: PointResult) -> float:
    """Accuracy given up, as a share."""
    return -point.accuracy.difference.centre if point.accuracy and point.accuracy.difference else 0.0


def gain(point: PointResult) -> float:
    return point.latency.speedup.centre if point.latency and point.latency.speedup else 0.0


def best(points: Sequence[PointResult], kind: Class) -> PointResult | None:
    """The fastest that gives up no more than is allowed; if none does, the one that gives up least."""
    there = [each for each in points if each.usable and gain(each) and kind.holds(each.point.variant.recipe)]
    allowed = [each for each in there if loss(each) <= kind.loss]
    return max(allowed, key=gain) if allowed else min(there, key=loss, default=None)


def cells(point: PointResult | None, kind: Class) -> list[str]:
    if point is None or not point.latency or not point.latency.speedup or not point.accuracy:
        return ["none works", "", ""]
    mark = " ✓" if gain(point) >= kind.times and loss(point) <= kind.loss else ""
    difference = in_points(point.accuracy.difference) if point.accuracy.difference else ""
    return [str(point.point.variant.recipe), f"{times(point.latency.speedup)}{mark}", difference]


def reasons(points: Sequence[PointResult], kind: Class) -> str:
    """Why a task has no such network, from what its files are made of and what this processor can do."""
    dense = {each.point.variant.model: each.facts for each in points if each.point.variant.recipe.is_base}
    there = [each for each in points if kind.holds(each.point.variant.recipe) and each.facts and gain(each)]
    if not there:
        return "no variant of the kind could be measured."
    top = max(there, key=gain)
    facts, whole = top.facts, dense.get(top.point.variant.model)
    words = f"the fastest, {top.point.label}, reaches {gain(top):.2f}× at {-100 * loss(top):+.1f} points"
    if facts and whole and facts.macs:
        words += (
            f"; it does 1/{whole.macs / facts.macs:.1f} of the MACs, {facts.quantized_ops:.0%} of its operators int8"
        )
    return f"{words}."


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--benchmark", nargs="+", metavar="ID", help="stored benchmarks to read instead")
    chosen = arguments.parse_args()
    found = list(stored(chosen.benchmark) if chosen.benchmark else measured(chosen.tiny))
    groups: dict[tuple[str, str, str], list[PointResult]] = {}
    for each in found:
        variant = each.point.variant
        groups.setdefault((variant.task, variant.model, each.point.target.runtime), []).append(each)
    rows = [
        [*group, *(cell for kind in CLASSES for cell in cells(best(points, kind), kind))]
        for group, points in groups.items()
    ]
    columns = ["Task", "Network", "Runtime"]
    for kind in CLASSES:
        columns += [f"Best {kind.words}", "Speed-up (95 %)", "Points (95 %)"]
    print(table(columns, rows) + "\n")
    print(
        "Best: the fastest within the allowed loss ("
        + ", ".join(f"{kind.words}: {100 * kind.loss:g} points" for kind in CLASSES)
        + "), else the most accurate. ✓: meets the goal.\n"
    )
    missed = False
    for task in dict.fromkeys(group[0] for group in groups):
        of_task = {group: points for group, points in groups.items() if group[0] == task}
        for kind in CLASSES:
            tops = [best(points, kind) for points in of_task.values()]
            met = any(top and gain(top) >= kind.times and loss(top) <= kind.loss for top in tops)
            print(goal(f"{task}: {kind.words}, {kind.times:g} × at ≤ {100 * kind.loss:g} points", met))
            if not met:
                missed = True
                print(f"Why: {reasons([each for points in of_task.values() for each in points], kind)}")
            print()
    if missed:
        dots = next(finding for finding in machine.examine() if finding.topic == "Integer dot products")
        print(f"This machine: {dots.detail}")


if __name__ == "__main__":
    main()
