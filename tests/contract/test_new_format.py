"""A third format, a runtime that reads it and a method that compresses it are one new file each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from odviz.compression import METHODS
from odviz.compression.make import make_variant
from odviz.compression.recipes import formats, resolve, suggested
from odviz.domain.errors import IntegrityError, RecipeError
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.execution.expand import expand
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM, WARM_UP_OUTPUT, digest, size_bytes
from odviz.measurement.memory import measure_memory
from odviz.runtimes import RUNTIMES
from odviz.tasks.base import Examples
from tests.toys.plugins import added


@pytest.fixture(autouse=True)
def _toys() -> Iterator[None]:
    with added(FORMATS, RUNTIMES, METHODS):
        yield


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "fp32.json"
    FORMATS["linear"].warm_up_network(path)
    np.save(path.with_suffix(".npy"), np.load(path.with_suffix(".npy")) + np.float32(0.04))
    files = FORMATS["linear"].files(path)
    artifact = Artifact(str(path), digest(files), size_bytes(files), "linear", Layout.TOKENS)
    checkpoint = Checkpoint({"linear": artifact}, macs=8, parameters=10)
    return Model("toy", "Toy", "test", (checkpoint,))


def calibration() -> Examples:
    return Examples(WARM_UP_ITEM[np.newaxis], np.zeros(1, np.int64), np.full(1, ""))


def make(model: Model, recipe: str, folder: Path) -> Artifact:
    return make_variant(model, parse_recipe(recipe), "linear", cache=folder / "cache", calibration=calibration).artifact


def test_a_variant_is_made_kept_and_run(model: Model, tmp_path: Path) -> None:
    artifact = make(model, "round-linear:1", tmp_path)
    files = FORMATS["linear"].files(Path(artifact.path))
    assert [path.suffix for path in files] == [".json", ".npy"]
    assert (artifact.sha256, artifact.size_bytes) == (digest(files), size_bytes(files))
    assert make(model, "round-linear:1", tmp_path) == artifact
    session = RUNTIMES["numpy-linear"].load(Path(artifact.path), artifact.layout, 1)
    np.testing.assert_array_equal(session.predict(WARM_UP_ITEM)[0], WARM_UP_OUTPUT)


def test_a_changed_companion_is_noticed(model: Model, tmp_path: Path) -> None:
    np.save(tmp_path / "fp32.npy", np.ones((2, 5), np.float32))
    with pytest.raises(IntegrityError):
        make(model, "fp32", tmp_path)


def test_its_graph_is_counted(model: Model, tmp_path: Path) -> None:
    facts = FORMATS["linear"].facts(Path(model.dense.artifacts["linear"].path))
    assert (facts.macs, facts.parameters, facts.file_bytes) == (8, 10, model.dense.artifacts["linear"].size_bytes)


def test_memory_is_measured_after_warming_up(model: Model, tmp_path: Path) -> None:
    reading, _ = measure_memory(
        RUNTIMES["numpy-linear"],
        tmp_path / "fp32.json",
        format="linear",
        layout=Layout.TOKENS,
        threads=1,
        item=WARM_UP_ITEM,
        runs=2,
    )
    assert reading.peak_bytes >= reading.baseline_bytes > 0


def test_its_snippet_runs(model: Model, tmp_path: Path) -> None:
    item = "numpy.zeros((1, 4), numpy.float32)"
    snippet = RUNTIMES["numpy-linear"].snippet.replace("@file", "fp32.json").replace("@item", item)
    code = snippet.replace("@@", "@") + "print(scores.shape)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "(1, 2)"


def test_plans_pair_it_with_its_runtime(model: Model) -> None:
    plan = BenchmarkPlan("test", ("toy",), suggested("linear"), ("onnxruntime", "numpy-linear"))
    points = expand(plan, {"toy": model}, [RUNTIMES[name] for name in plan.runtimes]).points
    assert [(str(point.variant.recipe), point.variant.format, point.target.runtime) for point in points] == [
        ("fp32", "linear", "numpy-linear"),
        ("round-linear:1", "linear", "numpy-linear"),
    ]


@pytest.mark.parametrize("method", [name for name in METHODS.names() if not name.startswith("prune")])
def test_every_other_method_refuses_it(method: str) -> None:
    with pytest.raises(RecipeError) as caught:
        resolve(parse_recipe(method), "linear")
    assert (caught.value.method, caught.value.format) == (method, "linear")


def test_its_method_refuses_the_other_formats() -> None:
    assert formats(parse_recipe("round-linear:1")) == {"linear"}
    with pytest.raises(RecipeError) as caught:
        resolve(parse_recipe("round-linear:1"), "onnx")
    assert (caught.value.method, caught.value.format) == ("round-linear", "onnx")
