"""Models that are added or removed while a program is killed, a disk fills up or a benchmark runs."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import StoreError
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import State
from odviz.execution.progress import Phase, Progress
from odviz.library import own_tasks
from odviz.library.sources import user
from odviz.services import benchmark as benchmarks
from odviz.services import own_models
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.faults.adding import NAME, Adding
from tests.faults.place import small_disk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals of processes, disks of their own")
EFFORT = Effort(launches=1, rounds=2, discard=1, confidence=0.5, time_s=0.1)


def test_an_addition_that_is_killed_between_its_last_steps_leaves_nothing_half(tmp_path: Path) -> None:
    """The model is in its place, and its data are not; `python -m tests.faults.adding` tries all moments."""
    adding = Adding(tmp_path)
    assert adding.problems(adding.add(18)) == []


def test_halves_of_a_killed_program_are_removed_when_they_are_old(tmp_path: Path) -> None:
    adding = Adding(tmp_path)
    own_models.add([adding.model], adding.data)
    model, data = user().models.path / NAME, user().datasets.path / NAME
    shutil.copytree(model, tmp_path / "model")
    shutil.copytree(data, tmp_path / "data")
    own_tasks.remove_halves()
    assert model.exists() and data.exists()
    for kept, lost in ((model, data), (data, model)):
        shutil.rmtree(lost)
        own_tasks.remove_halves()
        assert kept.exists()
        os.utime(kept, (1e9, 1e9))
        own_tasks.remove_halves()
        assert not kept.exists()
        for copy, place in (("model", model), ("data", data)):
            shutil.copytree(tmp_path / copy, place, dirs_exist_ok=True)
    mine = user().models.path / "exercise" / "mine"
    mine.mkdir(parents=True)
    (mine / "record.json").touch()
    os.utime(mine.parent, (1e9, 1e9))
    own_tasks.remove_halves()
    assert mine.exists()


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, home: Path) -> None:
    adding = Adding(tmp_path)
    try:
        with small_disk(home, 0):
            with suppress(OSError), (home / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
            with pytest.raises(StoreError):
                own_models.add([adding.model], adding.data)
            (home / "filler").unlink()
            assert NAME not in TASKS and not [path for path in (home / "data").rglob("*") if path.is_file()]
            own_models.add([adding.model], adding.data)
    except PermissionError:
        pytest.skip("mounting a small disk needs root")


def test_a_model_removed_while_it_is_measured_keeps_its_figures(tmp_path: Path) -> None:
    adding = Adding(tmp_path)
    own_models.add([adding.model], adding.data)
    losing: list[str] = []
    with open_store() as store:

        def remove(progress: Progress) -> None:
            if progress.phase is Phase.LATENCY and not losing:
                losing.extend(own_models.remove(store, NAME, NAME))

        plan = BenchmarkPlan(NAME, (NAME,), (parse_recipe("int8-dynamic"),), ("onnxruntime",), effort=EFFORT)
        benchmark = benchmarks.submit(store, plan).id
        benchmarks.run(store, benchmark, remove)
        assert losing == [benchmark]
        data = load_benchmark_data(store, benchmark)
        assert set(data.predictions) == set(data.points) and store.load(benchmark).state is not State.RUNNING
        analyse(data)
