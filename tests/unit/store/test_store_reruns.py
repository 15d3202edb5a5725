"""What a rerun of a page reads: whether runs have ended since, and predictions under many keys."""

from __future__ import annotations

import dataclasses

import numpy as np

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Stage
from odviz.store import Predictions, PredictionsKey, Store, open_store
from tests.fakes import point

KEY = PredictionsKey("a" * 64, "onnxruntime", "1.31.0", "d" * 64, 1, "x86_64 some processor avx2")


def test_runs_are_counted_as_soon_as_they_end(store: Store, plan: BenchmarkPlan) -> None:
    mine, other = (store.create_benchmark(plan, [point()]) for _ in range(2))
    runs = [store.start_run(benchmark, "p", Stage.LATENCY) for benchmark in (mine, other, mine)]
    counts = [store.finished(mine)]
    for run in runs:
        store.end_run(run)
        counts += [store.finished(mine), store.finished(mine)]
    assert counts == [0, 1, 1, 1, 1, 2, 2]


def test_runs_that_another_process_ends_are_counted_at_once(file_url: str, plan: BenchmarkPlan) -> None:
    with open_store(file_url) as store, open_store(file_url) as elsewhere:
        mine = store.create_benchmark(plan, [point()])
        run = store.start_run(mine, "p", Stage.LATENCY)
        assert store.finished(mine) == 0
        elsewhere.end_run(run)
        assert store.finished(mine) == 1


def test_predictions_under_many_keys_are_read_together(store: Store) -> None:
    keys = [dataclasses.replace(KEY, sha256=letter * 64, threads=threads) for letter in "abc" for threads in (1, 2)]
    for place, key in enumerate(keys):
        store.save_predictions(key, Predictions("top1", np.array([place], np.float32), None))
    wanted = [keys[0], keys[3], dataclasses.replace(KEY, sha256="e" * 64)]
    stored = store.all_predictions(wanted)
    assert {key: value.scores.tolist() for key, value in stored.items()} == {keys[0]: [0.0], keys[3]: [3.0]}
    assert store.all_predictions([]) == {}
