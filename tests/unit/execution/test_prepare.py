"""Files of variants are found without a child, and made again unless they are what is recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from odviz.compression import METHODS
from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import Stage
from odviz.execution.prepare import prepare
from odviz.execution.session import BenchmarkSession
from odviz.store import Store, StoredArtifact, open_store
from odviz.worker.handlers import compress, model_file
from odviz.worker.serve import Worker
from tests.fakes import ScriptedChild, World, plan, point

DENSE, HALF, MOST = (
    Variant("exercise", "ds-cnn-0.5", parse_recipe(text), "onnx")
    for text in ("fp32", "prune-magnitude:50", "prune-magnitude:70")
)


class MakingChild(ScriptedChild):
    """A child that makes files in this process."""

    def _compress(self, recipe: str, request: Any) -> Any:
        return compress.handle(request, Worker(lambda: None))

    def _inspect_file(self, recipe: str, request: Any) -> Any:
        return model_file.handle(request, None)  # type: ignore[arg-type]


class Benches:
    """Prepares variants; `children` counts the children that were started for them so far."""

    def __init__(self, store: Store) -> None:
        self.store, self.children = store, 0

    def prepare(self, *variants: Variant) -> dict[Variant, StoredArtifact]:
        benchmark = self.store.create_benchmark(plan(), [point()])
        files = prepare(BenchmarkSession(self.store, benchmark, plan(), lambda _: None, self._child), variants, ((2,),))
        runs = self.store.runs(benchmark)
        assert {run.key: run.sha256 for run in runs if run.ok and run.stage is Stage.COMPRESS} == {
            variant.key: stored.file.sha256 for variant, stored in files.items()
        }
        return files

    def _child(self, **_: object) -> MakingChild:
        self.children += 1
        return MakingChild(World())


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[Benches]:
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as store:
        yield Benches(store)


def folder_of(stored: StoredArtifact) -> Path:
    return Path(stored.file.path).parent


def test_a_second_benchmark_starts_no_child_for_its_files(benches: Benches) -> None:
    first = benches.prepare(DENSE, HALF)
    assert benches.children == 2
    assert benches.prepare(DENSE, HALF) == first
    assert benches.children == 2


def test_a_cached_file_that_no_benchmark_recorded_is_inspected_by_a_child(benches: Benches, tmp_path: Path) -> None:
    first = benches.prepare(HALF)
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as store:
        other = Benches(store)
        assert other.prepare(HALF) == first
        assert other.children == 1


def test_another_variant_copied_over_a_cached_one_is_refused(benches: Benches) -> None:
    first = benches.prepare(HALF, MOST)
    shutil.copytree(folder_of(first[MOST]), folder_of(first[HALF]), dirs_exist_ok=True)
    assert benches.prepare(HALF) == {HALF: first[HALF]}
    assert benches.children == 3


def test_bytes_that_the_database_does_not_know_are_refused_whatever_the_cache_says(benches: Benches) -> None:
    first = benches.prepare(HALF, MOST)
    shutil.copyfile(first[MOST].file.path, first[HALF].file.path)
    note = folder_of(first[HALF]) / "meta.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": first[MOST].file.sha256}))
    assert benches.prepare(HALF) == {HALF: first[HALF]}
    assert benches.children == 3


def test_facts_that_an_older_odviz_counted_are_counted_again(benches: Benches) -> None:
    first = benches.prepare(DENSE)
    older = replace(first[DENSE], facts=replace(first[DENSE].facts, version=0, activations=None))
    benches.store.save_artifact(older)
    assert benches.prepare(DENSE) == first
    assert benches.children == 2


def test_a_new_version_of_a_method_makes_the_file_again(benches: Benches, monkeypatch: pytest.MonkeyPatch) -> None:
    first = benches.prepare(HALF)
    newer = replace(METHODS["prune-magnitude"], version=99)
    monkeypatch.setattr(METHODS, "_plugins", {method.name: method for method in METHODS} | {newer.name: newer})
    assert folder_of(benches.prepare(HALF)[HALF]) != folder_of(first[HALF])
    assert benches.children == 2
