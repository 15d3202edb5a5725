"""A complete odviz sweep in an empty home, against optimum-benchmark on the same ONNX files one after the other.

odviz's time includes compression, predictions on the whole test set, latency in several launches, memory, energy and
the fronts. optimum-benchmark gets the files that odviz made with their input renamed: it supports networks of the
transformers library, whose input is called `pixel_values` or `input_ids`.

`python -m benchmarks sweep`; `python -m benchmarks.sweep --setup` first makes the environment of optimum-benchmark
(`.venv-bench`, 1.5 GB with torch). With `--tiny` only odviz runs.
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
from dataclasses import dataclass, fields, replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._common import ROOT, goal, networks, note, parse, parser, run, table
from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.estimates import summarise
from odviz.domain.estimate import Estimate
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import PointResult
from odviz.execution.lease import lease
from odviz.store import StoredArtifact, open_store

ENVIRONMENT = ROOT / ".venv-bench"
PACKAGES = ("torch==2.13.0", "optimum-benchmark==0.6.0", "optimum-onnx[onnxruntime]==0.1.0", "transformers==4.57.6")
"""_optimum.py makes these work together."""
RECIPES = (
    "fp16", "int8-static", "prune-structured:30", "prune-structured:50", "prune-structured:70",
    "prune-structured:50+int8-static", "prune-structured:70+int8-static",
)  # fmt: skip
TIMES_FASTER = 3.0

_NO_FIGURES = ("count", "total", "stdev_")  # stdev_ repeats the standard deviation in percent


@dataclass(frozen=True)
class Signature:
    """How the transformers library describes a network.

    Attributes:
        task: task of its pipeline.
        model_type: as in its config.json.
        input: name of the input.
        shapes: sizes of the input's axes by name.
    """

    task: str
    model_type: str
    input: str
    shapes: Mapping[str, int]


SIGNATURES = {
    "product-images": Signature(
        "image-classification", "resnet", "pixel_values", {"num_channels": 1, "height": 28, "width": 28}
    ),
    "review-sentiment": Signature("text-classification", "bert", "input_ids", {"sequence_length": 48}),
}


@dataclass(frozen=True)
class Sweep:
    """Wall time and results of one odviz sweep."""

    title: str
    seconds: float
    points: tuple[PointResult, ...]


def setup() -> None:
    """Make the environment of optimum-benchmark."""
    note(f"making {ENVIRONMENT.name}")
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "-q", *PACKAGES], check=True)


@contextmanager
def swept(task: str, model: str, recipes: Sequence[str], effort: Effort) -> Iterator[tuple[float, BenchmarkData]]:
    """Seconds of a sweep in an empty home, and its data; its files exist until the context ends."""
    with tempfile.TemporaryDirectory(prefix="odviz-sweep-") as home:
        os.environ["ODVIZ_HOME"] = home
        start = time.monotonic()
        plan = BenchmarkPlan(task, (model,), tuple(map(parse_recipe, recipes)), ("onnxruntime",), effort=effort)
        with open_store() as store:
            data = run(store, plan)
            analyse(data)
            yield time.monotonic() - start, data


def save_for_transformers(artifact: StoredArtifact, folder: Path, signature: Signature) -> None:
    """Save the network as the transformers library does: its input renamed, with a config.json."""
    import onnx

    network = onnx.load(artifact.file.path)
    (source,) = network.graph.input
    for node in network.graph.node:
        node.input[:] = [signature.input if name == source.name else name for name in node.input]
    source.name = signature.input
    folder.mkdir()
    onnx.save(network, folder / "model.onnx")
    (folder / "config.json").write_text(json.dumps({"model_type": signature.model_type}))


def optimum(artifacts: Sequence[StoredArtifact], signature: Signature) -> list[dict[str, Any]]:
    """Wall time and report, or error, of optimum-benchmark on each artifact."""
    results = []
    with tempfile.TemporaryDirectory(prefix="odviz-optimum-") as parent, lease("benchmarks sweep"):
        folders = [Path(parent) / str(number) for number in range(len(artifacts))]
        for artifact, folder in zip(artifacts, folders, strict=True):
            save_for_transformers(artifact, folder, signature)
        command = [ENVIRONMENT / "bin" / "python", ROOT / "benchmarks" / "_optimum.py"]
        command += [signature.task, signature.model_type, json.dumps(signature.shapes), *folders]
        env = {**os.environ, "HF_HUB_OFFLINE": "1", "LOG_LEVEL": "ERROR", "LOG_TO_FILE": "0"}
        with subprocess.Popen(command, env=env, cwd=parent, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for line in process.stdout:
                if line.startswith('{"seconds"'):
                    results.append(json.loads(line))
                    note(f"optimum-benchmark: {len(results)} of {len(artifacts)}")
    return results


def figures_of_odviz(point: PointResult) -> list[str]:
    """Names of the figures of one variant."""
    parts = {"accuracy": point.accuracy, "latency": point.latency, "file": point.facts}
    names = [name for name in ("memory", "energy") if getattr(point, name)]
    for prefix, part in parts.items():
        names += (
            [f"{prefix} {field.name}" for field in fields(part) if _is_figure(getattr(part, field.name))]
            if part
            else []
        )
    return names


def figures_of_optimum(report: Mapping[str, Any]) -> list[str]:
    """Names of the figures of one report.

    A latency of a single run counts once, not once per percentile; the number of runs is not a figure.
    """
    names = []
    for target, kinds in report.items():
        for kind, values in kinds.items():
            figures = [name for name, value in (values or {}).items() if _is_figure(value) and name not in _NO_FIGURES]
            once = kind == "latency" and (values or {}).get("count") == 1
            names += [f"{target.replace('_', ' ')} {kind} {name}" for name in (figures[:1] if once else figures)]
    return names


def _is_figure(value: object) -> bool:
    return isinstance(value, (int, float, Estimate)) and not isinstance(value, bool)


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("--setup", action="store_true", help=f"make {ENVIRONMENT.name} and stop")
    commands.add_argument("--task", default="product-images", choices=list(SIGNATURES))
    commands.add_argument("--model", default="resnet-8")
    options = parse(commands)
    if options.setup or not (options.tiny or ENVIRONMENT.is_dir()):
        setup()
    if options.setup:
        return
    task, model, recipes = options.task, options.model, RECIPES
    efforts = {"thorough": THOROUGH, "quick": QUICK}
    if options.tiny:
        smallest = networks()[0]
        task, model, recipes = smallest.task, smallest.name, RECIPES[:1]
        efforts = {"quick": replace(QUICK, launches=1, rounds=2, time_s=0.1)}
    sweeps, reports = [], []
    for title, effort in efforts.items():
        note(f"odviz, {title}")
        with swept(task, model, recipes, effort) as (seconds, data):
            sweeps.append(Sweep(title, seconds, summarise(data).points))
            if title == "quick" and not options.tiny:
                reports = optimum([data.files[point] for point in data.points], SIGNATURES[task])
    show(model, recipes, sweeps, reports)


def show(model: str, recipes: Sequence[str], sweeps: Sequence[Sweep], reports: list[dict[str, Any]]) -> None:
    """Print both tools' times and figures; without reports, those of odviz only."""
    finished = [report for report in reports if "report" in report]
    total = sum(report["seconds"] for report in finished)
    ours = figures_of_odviz(sweeps[-1].points[-1])
    theirs = figures_of_optimum(finished[-1]["report"]) if finished else []
    rows = []
    for sweep in sweeps:
        width = median(point.latency.p50.relative_half_width for point in sweep.points if point.latency)
        ratio = f"{total / sweep.seconds:.1f}×" if finished else "–"
        rows.append([f"odviz, {sweep.title}", f"{sweep.seconds:.0f} s", ratio, str(len(ours)), f"±{width:.1%}"])
    if finished:
        rows.append(["optimum-benchmark 0.6.0", f"{total:.0f} s", "1×", str(len(theirs)), "not reported"])
    files = f"Sweep of {len(sweeps[-1].points)} files"
    print(table((files, "Wall time", "Times faster", "Figures per variant", "p50 half width"), rows))
    print(f"\n{model} on ONNX Runtime, one thread, batch 1: fp32, {', '.join(recipes)}.\n")
    print(f"- odviz: {', '.join(ours)}; and four three-state fronts.\n")
    if not reports:
        print("optimum-benchmark was not run.")
        return
    print(f"- optimum-benchmark: {', '.join(theirs)}.\n")
    print("optimum-benchmark ran with its defaults: a process per file, 10 warm-up inferences, then 10 s.\n")
    for error in sorted({report["error"] for report in reports if "error" in report}):
        print(f"- optimum-benchmark failed on a file: {error}\n")
    for sweep in sweeps:
        met = len(finished) == len(reports) and total / sweep.seconds >= TIMES_FASTER and len(ours) > len(theirs)
        print(goal(f"{TIMES_FASTER:g} × faster for more figures, {sweep.title}", met) + "\n")


if __name__ == "__main__":
    main()
