"""A whole odviz sweep, from nothing, against optimum-benchmark run on the same ONNX files one after the other.

`python -m benchmarks sweep`; `python -m benchmarks.sweep --setup` makes the environment it needs first (`.venv-bench`,
torch and all: 1.5 GB).

odviz's time holds making the variants, answering the whole held-out set, latency in several launches, memory, energy
and the fronts. optimum-benchmark is given the files that odviz made, with one name changed: it feeds networks of the
transformers library, whose input is called `pixel_values` or `input_ids`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._common import ROOT, goal, note, parser, store, table
from odviz.analysis.analysis import weigh
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.estimate import Estimate
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import PointResult
from odviz.execution.lease import lease
from odviz.services import benchmark
from odviz.store import StoredArtifact

ENVIRONMENT = ROOT / ".venv-bench"
PACKAGES = ("torch==2.13.0", "optimum-benchmark==0.6.0", "optimum-onnx[onnxruntime]==0.1.0", "transformers==4.57.6")
"""See _optimum.py for what it takes to make these work together."""
RECIPES = (
    "fp16", "int8-static", "prune-structured:30", "prune-structured:50", "prune-structured:70",
    "prune-structured:50+int8-static", "prune-structured:70+int8-static",
)  # fmt: skip
TIMES_FASTER = 3.0

_NO_FIGURES = ("count", "total", "stdev_")  # the last is the standard deviation again, in percent


@dataclass(frozen=True)
class Disguise:
    """What a network of a task is called in the transformers library."""

    task: str
    kind: str
    input: str
    shapes: Mapping[str, int]


DISGUISES = {
    "product-images": Disguise(
        "image-classification", "resnet", "pixel_values", {"num_channels": 1, "height": 28, "width": 28}
    ),
    "review-sentiment": Disguise("text-classification", "bert", "input_ids", {"sequence_length": 48}),
}


def setup() -> None:
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "-q", *PACKAGES], check=True)


@contextmanager
def swept(task: str, model: str, recipes: Sequence[str], effort: Effort) -> Iterator[tuple[float, BenchmarkData]]:
    """Seconds of a sweep in a home where nothing was made yet, and what it left; its files last as long as the body."""
    with tempfile.TemporaryDirectory(prefix="odviz-sweep-") as home:
        os.environ["ODVIZ_HOME"] = home
        start = time.monotonic()
        plan = BenchmarkPlan(task, (model,), tuple(map(parse_recipe, recipes)), ("onnxruntime",), effort=effort)
        with store() as opened:
            submitted = benchmark.submit(opened, plan)
            benchmark.run(opened, submitted.id, wait_s=-1)
            found = load_benchmark_data(opened, submitted.id)
            weigh(found)
            yield time.monotonic() - start, found


def disguise(file: StoredArtifact, folder: Path, task: str) -> None:
    """The same network as the transformers library would have saved it: its input renamed, and a config beside it."""
    import onnx

    known = DISGUISES[task]
    network = onnx.load(file.file.path)
    (source,) = network.graph.input
    for node in network.graph.node:
        node.input[:] = [known.input if name == source.name else name for name in node.input]
    source.name = known.input
    folder.mkdir()
    onnx.save(network, folder / "model.onnx")
    (folder / "config.json").write_text(json.dumps({"model_type": known.kind}))


def optimum(files: Sequence[StoredArtifact], task: str) -> list[dict[str, Any]]:
    """What optimum-benchmark says of each file, with the seconds it took."""
    known, found = DISGUISES[task], []
    with tempfile.TemporaryDirectory(prefix="odviz-optimum-") as place, lease("a sweep by optimum-benchmark"):
        folders = [Path(place) / str(number) for number in range(len(files))]
        for file, folder in zip(files, folders, strict=True):
            disguise(file, folder, task)
        command = [ENVIRONMENT / "bin" / "python", ROOT / "benchmarks" / "_optimum.py", known.task, known.kind]
        env = {**os.environ, "HF_HUB_OFFLINE": "1", "LOG_LEVEL": "ERROR", "LOG_TO_FILE": "0"}
        with subprocess.Popen(
            [*command, json.dumps(known.shapes), *folders], env=env, cwd=place, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            for line in process.stdout:
                if line.startswith('{"seconds"'):
                    found.append(json.loads(line))
                    note(f"optimum-benchmark: {len(found)} of {len(files)}")
    return found


def figures_of_odviz(point: PointResult) -> list[str]:
    """Names of the figures of one variant."""
    parts = {"accuracy": point.accuracy, "latency": point.latency, "file": point.facts}
    names = [name for name in ("memory", "energy") if getattr(point, name)]
    for prefix, part in parts.items():
        names += [f"{prefix} {each.name}" for each in fields(part) if _figure(getattr(part, each.name))] if part else []
    return names


def figures_of_optimum(report: Mapping[str, Any]) -> list[str]:
    """The same. What was timed once has one figure, not one per percentile; how often it was timed is none."""
    names = []
    for target, kinds in report.items():
        for kind, values in kinds.items():
            told = [name for name, value in (values or {}).items() if _figure(value) and name not in _NO_FIGURES]
            once = kind == "latency" and (values or {}).get("count") == 1
            names += [f"{target.replace('_', ' ')} {kind} {name}" for name in (told[:1] if once else told)]
    return names


def _figure(value: object) -> bool:
    return isinstance(value, (int, float, Estimate)) and not isinstance(value, bool)


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--setup", action="store_true", help=f"make {ENVIRONMENT.name} and stop")
    arguments.add_argument("--task", default="product-images", choices=list(DISGUISES))
    arguments.add_argument("--model", default="resnet-8")
    chosen = arguments.parse_args()
    if chosen.setup or not ENVIRONMENT.is_dir():
        note(f"making {ENVIRONMENT.name}")
        setup()
    if chosen.setup:
        return
    recipes = RECIPES[:1] if chosen.tiny else RECIPES
    ours: dict[str, tuple[float, Sequence[PointResult]]] = {}
    for words, effort in (("thorough", QUICK if chosen.tiny else THOROUGH), ("quick", QUICK)):
        note(f"odviz, {words}")
        with swept(chosen.task, chosen.model, recipes, effort) as (taken, found):
            ours[words] = (taken, summarise(found).points)
            if words == "quick":
                theirs = optimum([found.files[point] for point in found.points], chosen.task)
    show(chosen.model, ours, theirs)


def show(model: str, ours: Mapping[str, tuple[float, Sequence[PointResult]]], theirs: list[dict[str, Any]]) -> None:
    there = [each for each in theirs if "report" in each]
    total = sum(each["seconds"] for each in there)
    names = figures_of_odviz(ours["quick"][1][-1])
    other = figures_of_optimum(there[-1]["report"]) if there else []
    rows = []
    for words, (taken, points) in ours.items():
        width = median(each.latency.p50.relative_half_width for each in points if each.latency)
        rows.append([f"odviz, {words}", f"{taken:.0f} s", f"{total / taken:.1f}×", str(len(names)), f"±{width:.1%}"])
    rows.append(["optimum-benchmark 0.6.0", f"{total:.0f} s", "1×", str(len(other)), "not told"])
    columns = (f"Sweep of {len(theirs)} files", "Wall time", "Times faster", "Figures a variant", "p50 is known within")
    print(table(columns, rows))
    print(
        f"\n{model} on ONNX Runtime, one thread, batch 1: fp32, {', '.join(RECIPES)}. optimum-benchmark's own "
        "defaults: a process a file, 10 inferences to warm up, then 10 s; memory tracked.\n"
    )
    print(f"- odviz: {', '.join(names)}; and four three-state fronts.\n- optimum-benchmark: {', '.join(other)}.\n")
    for error in sorted({each["error"] for each in theirs if "error" in each}):
        print(f"- optimum-benchmark could not run a file: {error}\n")
    for words, (taken, _) in ours.items():
        met = len(there) == len(theirs) and total / taken >= TIMES_FASTER and len(names) > len(other)
        print(goal(f"{TIMES_FASTER:g} × faster for more figures, {words}", met) + "\n")


if __name__ == "__main__":
    main()
