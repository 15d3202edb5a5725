"""A real worker that is asked what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from msgspec.structs import replace

from odviz.domain.errors import RunFailed
from odviz.domain.failure import FailureKind
from odviz.domain.modality import Modality
from odviz.execution.child import Child
from odviz.tasks import TASKS
from odviz.worker.protocol import (
    AnyRequest,
    Compress,
    DescribeHost,
    InspectFile,
    MeasureEnergy,
    MeasureMemory,
    Predict,
    TimeBlock,
)
from odviz.worker.request import Done, FileRequest, Load
from odviz.worker.stress_requests import AnswerArrivals, Attack, KeepBusy


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """One for all, as a child that was refused something lives on."""
    with Child(timeout_s=60, memory_limit_bytes=8 << 30, folders=[tmp_path_factory.getbasetemp()]) as started:
        yield started


def test_loads_predicts_and_times(child: Child, load: Load, tmp_path: Path) -> None:
    assert child.request(load) == Done()

    out = tmp_path / "outputs.npz"
    assert child.request(Predict(str(out))) == Done()
    with np.load(out, allow_pickle=False) as archive:
        (output,) = archive.values()
    np.testing.assert_allclose(output, np.outer(np.arange(5), [10, -2]) + np.array([0, 1]))
    assert sorted(path.name for path in tmp_path.glob("*outputs*")) == ["outputs.npz"]

    times = child.request(TimeBlock(2, 7))
    assert len(times.wall_ns) == times.timed == 7
    assert min(times.wall_ns) > 0 and times.cpu_ns >= 0 and times.reference_ns > 0


def test_attacks_every_input(child: Child, load: Load, tmp_path: Path) -> None:
    child.request(load)
    box, out = tmp_path / "box.npz", tmp_path / "attacked.npz"
    edge = np.full(4, 100.0)
    np.savez(box, low=-edge, high=edge, radius=edge / 10, targets=np.array([1, 0, 0, 0, 0]))
    child.request(Attack(Modality.TABULAR, str(box), 20, 0, 0.0, str(out)))
    with np.load(out, allow_pickle=False) as attacked:
        assert attacked["outputs"].shape == (5, 2)
        assert attacked["queries"].min() >= 1 and attacked["queries"].max() <= 20
        assert (attacked["right"] == (attacked["outputs"].argmax(axis=1) == [1, 0, 0, 0, 0])).all()


def test_answers_requests_at_their_times(child: Child, load: Load) -> None:
    child.request(load)
    answered = child.request(AnswerArrivals((0, 1_000, 30_000_000), 10**9))
    assert len(answered.latency_ns) == 3
    assert 0 < answered.latency_ns[0] < answered.latency_ns[1] + 1_000 and answered.reference_ns > 0


def test_keeps_busy_until_it_is_cancelled(child: Child) -> None:
    assert child.request(KeepBusy(0.05, 0)) == Done()
    with Child() as busy, ThreadPoolExecutor(1) as pool:
        busy.request(DescribeHost())
        working = pool.submit(busy.request, KeepBusy(60.0, 0))
        busy.cancel()
        with pytest.raises(RunFailed) as caught:
            working.result(timeout=30)
    assert caught.value.failure.kind is FailureKind.CANCELLED


def test_calibrates_with_the_items_of_a_file_and_says_that_one_is_odd(child: Child, tmp_path: Path) -> None:
    items = TASKS["product-images"].calibration()
    inputs = items.inputs[:20].copy()
    inputs[7] *= 255
    path = tmp_path / "calibration.npz"
    np.savez(path, inputs=inputs, targets=items.targets[:20], groups=items.groups[:20])
    names = "product-images", "lenet-5", "int8-static", "onnx"
    spoiled = child.request(Compress(*names, str(tmp_path / "made"), calibration=str(path)))
    assert sum("1 of 20 calibration items" in note and "number 8" in note for note in spoiled.notes) == 1
    made = child.request(Compress(*names, str(tmp_path / "made")))
    assert made.artifact.sha256 != spoiled.artifact.sha256
    assert not any("calibration items are unlike" in note for note in made.notes)


def test_predictions_that_cannot_be_written_leave_nothing(child: Child, load: Load, tmp_path: Path) -> None:
    child.request(load)
    with pytest.raises(RunFailed, match="FileNotFoundError"):
        child.request(Predict(str(tmp_path / "nowhere" / "outputs.npz")))
    (tmp_path / "outputs.npz").mkdir()
    with pytest.raises(RunFailed):
        child.request(Predict(str(tmp_path / "outputs.npz")))
    assert not list(tmp_path.glob(".outputs*"))


def test_memory_in_a_fresh_child(load: Load) -> None:
    with Child() as fresh:
        memory = fresh.request(MeasureMemory(load, 5))
    assert 10 << 20 < memory.baseline_bytes <= memory.peak_bytes < memory.baseline_bytes + (64 << 20)
    assert memory.method


def test_the_host_is_described_with_its_runtimes(child: Child) -> None:
    host = child.request(DescribeHost())
    assert host.odviz and "onnxruntime" in host.runtimes


def test_facts(child: Child, load: Load) -> None:
    assert child.request(InspectFile(load.path, load.format, ((1, 4),))).macs == 8


@pytest.mark.parametrize(
    ("change", "words", "kind"),
    [
        ({"runtime": "onnx-runtime"}, "'onnxruntime'", FailureKind.UNSUPPORTED),
        ({"path": "/no/such/file.onnx"}, "file.onnx", FailureKind.ERROR),  # no finding about the variant
        ({"inputs": "/no/such/inputs.npy"}, "inputs.npy", FailureKind.ERROR),
    ],
)
def test_what_cannot_be_loaded_is_said(
    child: Child, load: Load, change: dict[str, Any], words: str, kind: FailureKind
) -> None:
    with pytest.raises(RunFailed) as caught:
        child.request(replace(load, **change))
    assert caught.value.failure.kind is kind
    assert words in caught.value.failure.reason
    assert child.request(load)  # it lives on


def test_nothing_is_loaded_yet() -> None:
    with Child() as fresh:
        for request in (TimeBlock(0, 1), Predict("x.npz"), MeasureEnergy(0.1)):
            with pytest.raises(RunFailed) as caught:
                fresh.request(request)
            assert caught.value.failure.kind is FailureKind.UNSUPPORTED


def test_inputs_of_another_shape_are_refused_at_once(child: Child, load: Load) -> None:
    np.save(load.inputs, np.zeros((3, 5), np.float32))
    with pytest.raises(RunFailed, match="1 × 5"):
        child.request(load)


def test_pickled_inputs_are_refused(child: Child, load: Load) -> None:
    np.save(load.inputs, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(RunFailed, match="cannot be read"):
        child.request(load)


def test_energy_is_metered_or_refused_with_a_reason(child: Child, load: Load) -> None:
    child.request(load)
    try:
        reading = child.request(MeasureEnergy(0.5))
    except RunFailed as error:
        assert error.failure.kind is FailureKind.UNSUPPORTED
    else:
        assert len(reading.joules) > 1


def test_every_request_has_a_handler_of_its_own_types() -> None:
    handlers = Path(__file__).parents[2] / "odviz/worker/handlers"
    requests = get_args(AnyRequest)
    assert {path.stem for path in handlers.glob("*.py")} - {"__init__"} == {one.handler() for one in requests}
    for request in requests:
        hints = get_type_hints(import_module(f"odviz.worker.handlers.{request.handler()}").handle)
        if issubclass(request, FileRequest):
            assert hints["request"] == FileRequest[Any]
        else:
            assert (hints["request"], hints["return"]) == (request, request.reply_type())
