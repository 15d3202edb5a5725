"""A benchmark of a toy task with outcomes of stress tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.poison import Poison
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.executor import execute
from odviz.objectives.loaded_latency import RATES, Condition, name_of
from odviz.stats.slowing import POINTS
from odviz.store import Store, open_store
from tests.fakes import EFFORT, TOY, World, point

FP32, INT8 = point(), point("int8-static")
ITEMS, SIZE = 100, 50


def stored(store: Store) -> str:
    """Store the benchmark, both variants of which were tried in four stress tests; its id."""
    plan = BenchmarkPlan("toy", ("net",), (parse_recipe("int8-static"),), ("onnxruntime",), effort=EFFORT)
    benchmark = store.create_benchmark(plan, [FP32, INT8])
    execute(store, benchmark, TOY, lambda _: None, make_child=World().child)
    artifacts = load_benchmark_data(store, benchmark).files
    for point_, by_test in {FP32: outcomes(0.5, 1e-3), INT8: outcomes(0.2, 4e-4) | {"poison": poison()}}.items():
        for test, outcome in by_test.items():
            sha256 = artifacts[point_].file.sha256
            run = store.start_run(benchmark, point_.key, Stage.STRESS, sha256=sha256, test=test)
            store.add_outcome(run, outcome)
            store.end_run(run)
    return benchmark


def tried(folder: Path) -> BenchmarkData:
    """The benchmark, as it is analysed."""
    with open_store(f"sqlite:///{folder / 'test.db'}") as store:
        return load_benchmark_data(store, stored(store))


def with_stress(data: BenchmarkData, stress: dict[OperatingPoint, Any]) -> BenchmarkData:
    """The benchmark with other outcomes."""
    return replace(data, stress=stress)


def outcomes(right: float, latency_s: float) -> dict[str, dict[str, np.ndarray]]:
    """Outcomes of one variant.

    Args:
        right: share of the items that an attack leaves right.
        latency_s: of an inference; a busy core makes it five times as long.
    """
    kept = np.arange(ITEMS) < right * ITEMS
    return {
        "attack": {
            "items": np.arange(ITEMS),
            "scores": kept,
            "queries": np.where(kept, 300, 20 + np.arange(ITEMS)),
            "right": kept,
            "budget": np.array([300]),
        },
        "load": {
            name_of(condition, rate): latencies(latency_s * (5 if condition is Condition.BUSY else 1))
            for condition in Condition
            for rate in RATES
        },
        "sustained": sustained(latency_s),
        "poison": {"items": np.arange(ITEMS), "bad": np.zeros(0, int)},
    }


def latencies(typical_s: float) -> np.ndarray:
    """Latencies of 20 windows with 50 requests."""
    return np.random.default_rng(0).exponential(typical_s, (20, 50))


def sustained(latency_s: float, rise: float = 0.0, machine: float = 0.0) -> dict[str, np.ndarray]:
    """Three blocks a second for two minutes; the rises, in log time, come after half of it."""
    blocks = 6 * POINTS
    later, rng = np.arange(blocks) >= blocks / 2, np.random.default_rng(0)
    noise = 0.01 * rng.standard_normal((2, blocks))
    return {
        "elapsed_s": np.linspace(0, 120, blocks),
        "median_s": latency_s * np.exp(rise * later + noise[0]),
        "reference_s": 3e-4 * np.exp(machine * later + noise[1]),
    }


def poison() -> dict[str, np.ndarray]:
    """One outlier breaks the variant and is noticed; another unit breaks it unnoticed; foreign items do nothing."""
    kinds = {Poison.OUTLIER: (0.2, True), Poison.SCALE: (0.3, False), Poison.FOREIGN: (0.9, False)}
    rows = [(Poison.OUTLIER, 0, 0.9, False)]
    rows += [(kind, bad, share, noticed) for kind, (share, noticed) in kinds.items() for bad in (1, 5, 15)]
    return {
        "items": np.arange(ITEMS),
        "scores": np.stack([np.arange(ITEMS) < share * ITEMS for _, _, share, _ in rows]),
        "made": np.array([not (kind is Poison.SCALE and bad == 15) for kind, bad, _, _ in rows]),
        "bad": np.array([bad for _, bad, _, _ in rows]),
        "poison": np.array([list(Poison).index(kind) for kind, _, _, _ in rows]),
        "suspects": np.array([bad * noticed for _, bad, _, noticed in rows]),
        "caught": np.array([bad * noticed for _, bad, _, noticed in rows]),
        "size": np.array([SIZE]),
    }
