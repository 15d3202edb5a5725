"""A finished synthetic benchmark of any number of operating points, written straight into the store."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice, product
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.model import Artifact, GraphFacts, Layout, Variant
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import Stage, State
from odviz.domain.target import HOST, OperatingPoint, Target
from odviz.serialization import to_json
from odviz.services import catalogue
from odviz.store import Owner, open_store, schema
from odviz.store.blobs import pack_arrays, pack_times
from odviz.store.clock import now
from odviz.store.engine import default_url

TASK = "product-images"
ITEMS, LAUNCHES, ROUNDS, TIMED = 1000, 2, 2, 3
_RECIPES = ("int8-static", "int8-dynamic", "fp16", *(f"prune-magnitude:{percent}" for percent in range(5, 100, 5)))
_RUNTIMES = ("onnxruntime", "litert", "tflite-runtime")
_VERSION, _DATA = "0", "d" * 64
_ENVIRONMENT = BenchmarkEnvironment(cpu="none", runtimes=dict.fromkeys(_RUNTIMES, _VERSION), data_sha256=_DATA)


def new_home(parent: Path, name: str, points: int) -> Path:
    """Create a home folder with a synthetic benchmark of so many points, and set `ODVIZ_HOME` to it."""
    home = parent / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    os.environ["ODVIZ_HOME"] = str(home)
    fill(points)
    return home


def fill(count: int, seed: int = 0) -> str:
    """Write a benchmark into the database of `ODVIZ_HOME`.

    Args:
        count: number of operating points: combinations of models, recipes, runtimes and numbers of threads.
        seed: seed of all random figures.

    Returns:
        Id of the benchmark.
    """
    rng = np.random.default_rng(seed)
    points = list(islice(_points(), count))
    models = tuple(dict.fromkeys(point.variant.model for point in points))
    recipes = tuple(dict.fromkeys(point.variant.recipe for point in points if point.variant.recipe.steps))
    plan = BenchmarkPlan(TASK, models, recipes, _RUNTIMES, effort=QUICK)
    with open_store() as store:
        identity = store.create_benchmark(plan, points)
        store.claim(Owner.here(), identity)
        store.set_environment(identity, _ENVIRONMENT)
        _write(identity, points, rng)
        store.set_state(identity, State.DONE)
    return identity


def _points() -> Iterator[OperatingPoint]:
    """Every combination; the uncompressed parent of a model on a runtime precedes its variants."""
    models = [model.name for model in catalogue.models(TASK)]
    recipes = [Recipe(), *map(parse_recipe, _RECIPES)]
    for threads, model, runtime, recipe in product(range(1, 65), models, _RUNTIMES, recipes):
        fmt = "onnx" if runtime == "onnxruntime" else "tflite"
        precision = "int8" if "int8" in str(recipe) else "fp32"
        yield OperatingPoint(Variant(TASK, model, recipe, fmt), Target(HOST, runtime, "cpu", threads, precision))


def _write(identity: str, points: Sequence[OperatingPoint], rng: np.random.Generator) -> None:
    """Insert the rows of all tables in one transaction."""
    rows: dict[str, list[dict[str, object]]] = {
        table: [] for table in ("artifact", "predictions", "run", "sample", "reading")
    }
    moment = now()

    def run(key: str, variant: Variant, stage: Stage, launch: int = 0) -> int:
        number = len(rows["run"]) + 1
        rows["run"].append(
            {"id": number, "benchmark": identity, "key": key, "stage": stage, "launch": launch}
            | {"sha256": _sha256(variant.key), "started": moment, "ended": moment, "failure": None}
        )
        return number

    for variant in dict.fromkeys(point.variant for point in points):
        size = int(rng.uniform(2e4, 2e6))
        facts = GraphFacts(size, size, size // 4, size // 4, int(rng.uniform(1e5, 2e7)), 20_000, 0.0, 8, {"Conv": 8})
        file = Artifact("none", _sha256(variant.key), size, variant.format, Layout.CHANNELS_FIRST)
        texts = {"file": to_json(file), "facts": to_json(facts), "notes": "[]"}
        rows["artifact"].append({"variant": variant.key, "sha256": file.sha256, "created": moment, **texts})
        run(variant.key, variant, Stage.COMPRESS)
    for point in points:
        correct = rng.random(ITEMS) < rng.uniform(0.7, 0.95)
        key = {"sha256": _sha256(point.variant.key), "runtime": point.target.runtime, "runtime_version": _VERSION}
        key |= {"data_sha256": _DATA, "threads": point.target.threads, "processor": _ENVIRONMENT.processor}
        rows["predictions"].append({**key, "metric": "top1", "scores": pack_arrays((correct,)), "outputs": b""})
        run(point.key, point.variant, Stage.ACCURACY)
        p50_ns = 1e6 * np.exp(rng.uniform(-2, 2))
        for launch in range(LAUNCHES):
            number = run(point.key, point.variant, Stage.LATENCY, launch)
            for number_of_round in range(ROUNDS):
                times = pack_times((p50_ns * (1 + 0.02 * rng.standard_normal(TIMED))).astype(np.int64))
                cells = {"wall_ns": times, "cpu_ns": round(p50_ns), "timed": 0, "reference_ns": 300_000}
                rows["sample"].append({"run": number, "round": number_of_round, **cells})
        for value in rng.uniform(1e6, 9e6) * (1 + 0.01 * rng.standard_normal(2)):
            number = run(point.key, point.variant, Stage.MEMORY)
            rows["reading"].append({"run": number, "value": value, "baseline": 0.0, "unit": "B", "method": "none"})
    engine = create_engine(default_url())
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(schema.metadata.tables[table].insert(), values)
    engine.dispose()


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
