"""The best int8 variant and the best pruned int8 variant of every built-in network on every runtime.

Speed-up over the fp32 network on the same runtime, and paired difference in accuracy on the whole test set.

`python -m benchmarks speedups`; `python -m benchmarks.speedups --benchmark ID...` reads stored benchmarks instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks._common import goal, networks, note, parse, parser, run, table
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.model import Model
from odviz.domain.plan import THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import PointResult
from odviz.measurement.doctor import examine
from odviz.store import open_store
from odviz.units import change, times

RUNTIMES = ("onnxruntime", "litert")
"""Without tflite-runtime, whose int8 kernels are reference kernels, many times slower than fp32."""

INT8 = ("int8-static", "int8-dynamic")
EFFORT = replace(THOROUGH, launches=3, rounds=8, time_s=20.0)


@dataclass(frozen=True)
class Kind:
    """A kind of variant and its goal.

    Attributes:
        title: as printed.
        matches: whether a recipe is of the kind.
        speedup: goal, times.
        loss: most accuracy it may lose, a share.
    """

    title: str
    matches: Callable[[Recipe], bool]
    speedup: float
    loss: float

    def met_by(self, point: PointResult | None) -> bool:
        """Whether a result meets the goal."""
        return point is not None and speedup(point) >= self.speedup and loss(point) <= self.loss


def _methods(recipe: Recipe) -> set[str]:
    return {step.method for step in recipe.steps}


KINDS = (
    Kind("int8", lambda recipe: len(recipe.steps) == 1 and bool(_methods(recipe) & set(INT8)), 2.5, 0.005),
    Kind("pruned + int8", lambda r: "prune-structured" in _methods(r) and bool(_methods(r) & set(INT8)), 6.0, 0.010),
)


def recipes(model: Model) -> tuple[Recipe, ...]:
    """Every recipe of these kinds that the model's checkpoints allow."""
    pruned = [f"prune-structured:{checkpoint.nominal}" for checkpoint in model.checkpoints[1:]]
    texts = [*INT8, *(f"{prune}+{int8}" for prune in pruned for int8 in INT8)]
    return tuple(map(parse_recipe, texts))


def measure(tiny: bool) -> Iterator[PointResult]:
    """Results of one benchmark per network."""
    with open_store() as store:
        for model in networks()[: 1 if tiny else None]:
            note(model.title)
            plan = BenchmarkPlan(model.task, (model.name,), recipes(model), RUNTIMES, effort=EFFORT)
            if tiny:
                effort = replace(EFFORT, launches=1, rounds=2, time_s=0.1)
                plan = replace(plan, recipes=plan.recipes[:1], runtimes=RUNTIMES[:1], effort=effort)
            yield from summarise(run(store, plan)).points


def stored(prefixes: Sequence[str]) -> Iterator[PointResult]:
    """Results of stored benchmarks whose ids begin with these prefixes."""
    with open_store() as store:
        for prefix in prefixes:
            yield from summarise(load_benchmark_data(store, prefix)).points


def loss(point: PointResult) -> float:
    """Accuracy lost, a share."""
    return -point.accuracy.difference.centre if point.accuracy and point.accuracy.difference else 0.0


def speedup(point: PointResult) -> float:
    """Times faster than the parent; 0 if unknown."""
    return point.latency.speedup.centre if point.latency and point.latency.speedup else 0.0


def best(points: Sequence[PointResult], kind: Kind) -> PointResult | None:
    """The fastest within the allowed loss, else the one with the least loss; None without a measured variant."""
    measured = [
        point for point in points if point.usable and speedup(point) and kind.matches(point.point.variant.recipe)
    ]
    allowed = [point for point in measured if loss(point) <= kind.loss]
    return max(allowed, key=speedup) if allowed else min(measured, key=loss, default=None)


def cells(point: PointResult | None, kind: Kind) -> list[str]:
    """Recipe, speed-up and difference in accuracy."""
    if point is None or not point.latency or not point.latency.speedup or not point.accuracy:
        return ["none works", "", ""]
    mark = " ✓" if kind.met_by(point) else ""
    difference = change(point.accuracy.difference) if point.accuracy.difference else ""
    return [str(point.point.variant.recipe), f"{times(point.latency.speedup)}{mark}", difference]


def explanation(points: Sequence[PointResult], kind: Kind) -> str:
    """Why a task misses the goal: the fastest variant with its MACs and share of int8 operators."""
    dense = {point.point.variant.model: point.facts for point in points if not point.point.variant.recipe.steps}
    of_kind = [point for point in points if kind.matches(point.point.variant.recipe) and point.facts and speedup(point)]
    if not of_kind:
        return "no variant of the kind could be measured."
    fastest = max(of_kind, key=speedup)
    facts, parent = fastest.facts, dense.get(fastest.point.variant.model)
    text = f"the fastest, {fastest.point.label}, reaches {speedup(fastest):.2f}× at {-100 * loss(fastest):+.1f} points"
    if facts and parent and facts.macs:
        text += (
            f"; it does 1/{parent.macs / facts.macs:.1f} of the MACs, {facts.quantized_ops:.0%} of its operators int8"
        )
    return f"{text}."


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--benchmark", nargs="+", metavar="ID", help="stored benchmarks to read instead")
    options = parse(commands)
    groups: dict[tuple[str, str, str], list[PointResult]] = {}
    for point in stored(options.benchmark) if options.benchmark else measure(options.tiny):
        variant = point.point.variant
        groups.setdefault((variant.task, variant.model, point.point.target.runtime), []).append(point)
    rows = [
        [*group, *(cell for kind in KINDS for cell in cells(best(points, kind), kind))]
        for group, points in groups.items()
    ]
    columns = ["Task", "Network", "Runtime"]
    for kind in KINDS:
        columns += [f"Best {kind.title}", "Speed-up (95 %)", "Points (95 %)"]
    print(table(columns, rows) + "\n")
    print(
        "Best: the fastest within the allowed loss ("
        + ", ".join(f"{kind.title}: {100 * kind.loss:g} points" for kind in KINDS)
        + "), else the most accurate. ✓: meets the goal.\n"
    )
    missed = False
    for task in dict.fromkeys(group[0] for group in groups):
        of_task = [points for group, points in groups.items() if group[0] == task]
        for kind in KINDS:
            met = any(kind.met_by(best(points, kind)) for points in of_task)
            print(goal(f"{task}: {kind.title}, {kind.speedup:g} × at ≤ {100 * kind.loss:g} points", met))
            if not met:
                missed = True
                print(f"Why: {explanation([point for points in of_task for point in points], kind)}")
            print()
    if missed:
        dots = next(finding for finding in examine() if finding.topic == "Integer dot products")
        print(f"This machine: {dots.detail}")


if __name__ == "__main__":
    main()
