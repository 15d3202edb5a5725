"""Helpers of the benchmark scripts: command line, networks, artifacts, child processes and markdown."""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.domain.estimate import Estimate
from odviz.domain.model import Layout, Model
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import Block
from odviz.execution.child import Child
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.services import benchmark, catalogue
from odviz.services.variants import make_all
from odviz.store import Store, StoredArtifact
from odviz.tasks import TASKS
from odviz.tasks.base import Examples, Task
from odviz.worker.protocol import TimeBlock
from odviz.worker.request import Load

ROOT = Path(__file__).resolve().parents[1]


def parser(doc: str) -> argparse.ArgumentParser:
    """Command line with the options of every script; `parse` reads it.

    Args:
        doc: docstring of the script; its first line is the description.
    """
    commands = argparse.ArgumentParser(description=doc.splitlines()[0])
    commands.add_argument("--tiny", action="store_true", help="smallest form, to check that the script runs")
    return commands


def parse(commands: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse the command line and set `ODVIZ_HOME`, so that a script never touches the user's own benchmarks.

    Returns:
        The options; `home` is that folder: `.cache/benchmarks`, which keeps artifacts and predictions for the next
        run, or with `--tiny` a temporary folder.
    """
    options = commands.parse_args()
    options.home = temporary_home() if options.tiny else ROOT / ".cache" / "benchmarks"
    os.environ["ODVIZ_HOME"] = str(options.home)
    return options


def temporary_home() -> Path:
    """A new folder that is removed when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="odviz-benchmarks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def note(text: str) -> None:
    """Print a progress line to standard error."""
    print(f"   {text}", file=sys.stderr, flush=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown table; columns whose cells all begin with a digit or sign are right-aligned."""
    rows = [list(row) for row in rows]
    numeric = [bool(rows) and all(row[i][:1] in "0123456789+−-×≥≤" for row in rows) for i in range(len(columns))]
    lines = [list(columns), ["--:" if right else "---" for right in numeric], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def goal(text: str, met: bool) -> str:
    """Markdown line that states a goal and whether it was met."""
    return f"**Goal: {text}: {'met' if met else 'not met'}.**"


def interval(ratio: Estimate, digits: int = 3) -> str:
    """A ratio with the ends of its interval."""
    return f"{ratio.centre:.{digits}f} ({ratio.low:.{digits}f} to {ratio.high:.{digits}f})"


def networks() -> list[Model]:
    """Every built-in network by rising MACs."""
    models = [model for task in TASKS for model in catalogue.models(task.name)]
    return sorted(models, key=lambda model: model.dense.macs)


def make(model: Model, recipes: Sequence[Recipe], fmt: str) -> list[StoredArtifact]:
    """Artifacts of a network's variants, in the order of the recipes.

    Raises:
        SystemExit: a variant failed to compress; the message has the reason.
    """
    variants = make_all(model.task, [model.name], recipes, [fmt])
    for key, failure in variants.failures.items():
        raise SystemExit(f"{key} failed: {failure.reason}")
    return list(variants.files)


def sample(items: Examples, limit: int | None) -> Examples:
    """The first items; all of them without a limit."""
    rows = slice(limit)
    return Examples(items.inputs[rows], items.targets[rows], items.groups[rows])


def value_of(path: Path, layout: Layout, task: Task, items: Examples) -> float:
    """The metric of a task for an ONNX file, on ONNX Runtime."""
    runtime, metric = RUNTIMES["onnxruntime"], METRICS[task.metric]
    session = runtime.load(path, layout, 1)
    outputs = zip(*map(session.predict, items.inputs), strict=True)
    return metric.value(metric.score(tuple(map(np.stack, outputs)), items.targets))


def run(store: Store, plan: BenchmarkPlan) -> BenchmarkData:
    """Run a benchmark to its end, waiting for the lease, and load what it stored."""
    submitted = benchmark.submit(store, plan)
    benchmark.run(store, submitted.id, wait_s=-1)
    return load_benchmark_data(store, submitted.id)


@contextmanager
def inputs(task: str, count: int = 16) -> Iterator[Path]:
    """A `.npy` file with the first items of a task's test set, shape (count, ...)."""
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder:
        path = Path(folder) / "inputs.npy"
        np.save(path, TASKS[task].test().inputs[:count], allow_pickle=False)
        yield path


def load(child: Child, runtime: str, artifact: StoredArtifact, items: Path) -> None:
    """Load an artifact in a child for timing on one thread.

    Args:
        child: a started child process.
        runtime: name of the runtime.
        artifact: what to load.
        items: `.npy` file of its inputs.
    """
    file = artifact.file
    child.request(Load(runtime, file.path, file.format, file.layout, str(items)))


def block(child: Child, launch: int, number: int, timed: int = 10) -> Block:
    """Time one block: two discarded inferences, then `timed` kept ones."""
    times = child.request(TimeBlock(2, timed))
    return Block(launch, number, times.wall_ns, times.cpu_ns, times.timed, times.reference_ns)
