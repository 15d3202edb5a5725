"""What the benchmarks share: where they keep things, the networks, and how their output reads."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from odviz.domain.estimate import Estimate
from odviz.domain.model import Model
from odviz.domain.recipe import Recipe
from odviz.domain.result import Block
from odviz.execution.child import Child
from odviz.services import catalogue
from odviz.services.variants import make_all
from odviz.store import Store, StoredArtifact, open_store

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".cache" / "benchmarks"
"""A home of their own: what a person measured stays apart."""


def parser(doc: str) -> argparse.ArgumentParser:
    """Arguments that every script has; made files and answers go to `HOME`."""
    os.environ["ODVIZ_HOME"] = str(HOME)
    found = argparse.ArgumentParser(description=doc.splitlines()[0])
    found.add_argument("--tiny", action="store_true", help="only try the script: its figures mean nothing")
    return found


@contextmanager
def store() -> Iterator[Store]:
    """The benchmarks' own database."""
    with open_store() as opened:
        yield opened


def note(text: str) -> None:
    """A line for whoever is waiting."""
    print(f"   {text}", file=sys.stderr, flush=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; columns after the first are flushed right where all their cells begin with a digit or sign."""
    rows = [list(row) for row in rows]
    figures = [bool(rows) and all(row[i][:1] in "0123456789+−-×≥≤" for row in rows) for i in range(len(columns))]
    lines = [list(columns), ["--:" if right else "---" for right in figures], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def goal(text: str, met: bool) -> str:
    """A line that says what was hoped for and whether it came."""
    return f"**Goal: {text}: {'met' if met else 'not met'}.**"


def interval(figure: Estimate, digits: int = 3) -> str:
    """A ratio with its ends."""
    return f"{figure.centre:.{digits}f} ({figure.low:.{digits}f} to {figure.high:.{digits}f})"


def networks() -> list[Model]:
    """Every shipped network, the one with the fewest MACs first."""
    found = [model for task in catalogue.tasks() for model in catalogue.models(task.name)]
    return sorted(found, key=lambda model: model.dense.macs)


def made(model: Model, recipes: Sequence[Recipe], fmt: str) -> list[StoredArtifact]:
    """The files of a network's variants, in the order of the recipes.

    Raises:
        SystemExit: one could not be made, with the reason.
    """
    variants = make_all(model.task, [model.name], recipes, [fmt])
    for key, failure in variants.failures.items():
        raise SystemExit(f"{key} cannot be made: {failure.reason}")
    return list(variants.files)


@contextmanager
def inputs(task: str, count: int = 16) -> Iterator[Path]:
    """A file of the first items of a task's held-out set, as children are fed by a benchmark."""
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder:
        path = Path(folder) / "inputs.npy"
        np.save(path, catalogue.task(task).test().inputs[:count], allow_pickle=False)
        yield path


def load(child: Child, runtime: str, file: StoredArtifact, fed_from: Path) -> None:
    """Ready a child to time a file on one thread."""
    at: dict[str, Any] = {"path": file.file.path, "format": file.file.format, "layout": file.file.layout.value}
    child.ask({"do": "load", "runtime": runtime, "inputs": str(fed_from), **at})


def block(child: Child, launch: int, number: int, timed: int = 10) -> Block:
    """One block as a benchmark asks for it: two inferences thrown away, the others kept."""
    reply = child.ask({"do": "block", "discard": 2, "timed": timed})
    return Block(launch, number, tuple(reply["wall_ns"]), tuple(reply["cpu_ns"]))
