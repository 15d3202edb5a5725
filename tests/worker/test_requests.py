"""A real worker that is asked what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from odviz.domain.codec import decode
from odviz.domain.errors import RunFailed
from odviz.domain.failure import FailureKind
from odviz.domain.model import GraphFacts
from odviz.execution.child import Child
from odviz.measurement.environment import Environment
from odviz.worker.protocol import REQUESTS

Request = dict[str, Any]


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """One for all, as a child that was refused something lives on."""
    with Child(timeout_s=60, memory_limit_bytes=8 << 30) as started:
        yield started


def test_loads_predicts_and_times(child: Child, load: Request, tmp_path: Path) -> None:
    reply = child.ask({**load, "items": 3})
    assert reply == {"items": 3}

    out = tmp_path / "outputs.npz"
    assert child.ask({"do": "predict", "out": str(out)}) == {"count": 5}
    with np.load(out, allow_pickle=False) as archive:
        (output,) = archive.values()
    np.testing.assert_allclose(output, np.outer(np.arange(5), [10, -2]) + np.array([0, 1]))
    assert sorted(path.name for path in tmp_path.glob("*outputs*")) == ["outputs.npz"]

    block = child.ask({"do": "block", "discard": 2, "timed": 7})
    assert len(block["wall_ns"]) == len(block["cpu_ns"]) == 7
    assert all(isinstance(value, int) and value >= 0 for value in (*block["wall_ns"], *block["cpu_ns"]))
    assert min(block["wall_ns"]) > 0


def test_predictions_that_cannot_be_written_leave_nothing(child: Child, load: Request, tmp_path: Path) -> None:
    child.ask(load)
    with pytest.raises(RunFailed, match="FileNotFoundError"):
        child.ask({"do": "predict", "out": str(tmp_path / "nowhere" / "outputs.npz")})
    (tmp_path / "outputs.npz").mkdir()
    with pytest.raises(RunFailed):
        child.ask({"do": "predict", "out": str(tmp_path / "outputs.npz")})
    assert not list(tmp_path.glob(".outputs*"))


def test_memory_in_a_fresh_child(load: Request) -> None:
    with Child() as fresh:
        reading = fresh.ask({**load, "do": "memory"})
    assert 10 << 20 < reading["baseline_bytes"] <= reading["peak_bytes"] < reading["baseline_bytes"] + (64 << 20)
    assert reading["method"]


def test_environment_and_engines(child: Child) -> None:
    reply = child.ask({"do": "environment"})
    assert decode(Environment, reply["environment"]).odviz
    runtimes = {runtime["name"]: runtime for runtime in reply["runtimes"]}
    assert {"onnxruntime", "litert", "tflite-runtime", "null"} <= set(runtimes)
    assert runtimes["null"]["formats"] == ["onnx", "tflite"]
    for runtime in runtimes.values():
        assert bool(runtime["version"]) != bool(runtime["reason"])


def test_facts(child: Child, load: Request) -> None:
    reply = child.ask({"do": "facts", "path": load["path"], "format": "onnx"})
    assert decode(GraphFacts, reply["facts"]).macs == 8


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"do": "lode"}, "Did you mean 'load'"),
        ({"runtime": "onnx-runtime"}, "Did you mean 'onnxruntime'"),
        ({"path": "/no/such/file.onnx"}, "file.onnx"),
        ({"inputs": ""}, "Neither a task nor"),
        ({"inputs": "", "task": "product-image"}, "Did you mean 'product-images'"),
        ({"inputs": "/no/such/inputs.npy"}, "inputs.npy"),
        ({"format": "pickle"}, "'pickle'"),
        ({"threads": "one"}, "'one'"),
    ],
)
def test_what_makes_no_sense_is_unsupported_and_said(child: Child, load: Request, change: Request, words: str) -> None:
    with pytest.raises(RunFailed) as caught:
        child.ask({**load, **change})
    assert caught.value.failure.kind is FailureKind.UNSUPPORTED
    assert words in caught.value.failure.reason
    assert child.ask(load)  # it lives on


def test_nothing_is_loaded_yet() -> None:
    with Child() as fresh:
        for request in ({"do": "block", "discard": 0, "timed": 1}, {"do": "predict", "out": "x.npz"}):
            with pytest.raises(RunFailed, match="No model is loaded"):
                fresh.ask(request)


def test_inputs_of_another_shape_are_refused_at_once(child: Child, load: Request) -> None:
    np.save(load["inputs"], np.zeros((3, 5), np.float32))
    with pytest.raises(RunFailed, match="1 × 5"):
        child.ask(load)


def test_pickled_inputs_are_refused(child: Child, load: Request) -> None:
    np.save(load["inputs"], np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(RunFailed, match="cannot be read"):
        child.ask(load)


def test_energy_is_metered_or_refused_with_a_reason(child: Child, load: Request) -> None:
    child.ask(load)
    try:
        reading = child.ask({"do": "energy", "seconds": 0.5})
    except RunFailed as error:
        assert error.failure.kind is FailureKind.UNSUPPORTED
        assert "RAPL" in error.failure.reason
    else:
        assert reading["inferences"] >= len(reading["joules"])


def test_every_request_has_a_handler() -> None:
    handlers = Path(__file__).parents[2] / "odviz/worker/handlers"
    assert {path.stem for path in handlers.glob("*.py")} - {"__init__"} == set(REQUESTS)
