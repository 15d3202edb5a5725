"""What handlers do that needs no process of its own."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from odviz.domain.environment import Environment
from odviz.domain.errors import FileRefused, IntegrityError, RunFailed, StoreError, Unavailable, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Layout
from odviz.runtimes.null import NullSession
from odviz.worker import serve as serve_module
from odviz.worker.failures import describe
from odviz.worker.handlers import predict
from odviz.worker.loaded import LoadedModel
from odviz.worker.protocol import (
    Alive,
    DescribeHost,
    Failed,
    MeasureMemory,
    Predict,
    Replied,
    TimeBlock,
    read_message,
    read_request,
    to_line,
)
from odviz.worker.request import Done, Load
from odviz.worker.serve import Worker, serve


class Doubling:
    """A session whose prepared inferences say which item they are of."""

    def predict(self, item: Any) -> tuple[Any, ...]:
        return (np.asarray(item, np.float32) * 2,)

    def prepare(self, item: Any) -> Any:
        return lambda: item


def test_blocks_rotate_through_the_items() -> None:
    model = LoadedModel(Doubling(), np.array([1, 4, 7]))
    assert [model.next_invoke()() for _ in range(4)] == [1, 4, 7, 1]


class Detector(Doubling):
    """A session with two outputs; each item says how many boxes the first one holds."""

    def predict(self, item: Any) -> tuple[Any, ...]:
        return np.full((int(item), 4), item, np.float16), np.array([item], np.int64)


def predictions(path: Path) -> list[np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in archive.files]


def test_long_predictions_send_signs_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_module, "ALIVE_S", 0.0)
    signs: list[int] = []
    worker = Worker(lambda: signs.append(1), LoadedModel(Doubling(), np.ones((3, 2))))
    assert predict.handle(Predict(str(tmp_path / "out.npz")), worker) == Done()
    assert len(signs) == 3
    (output,) = predictions(tmp_path / "out.npz")
    np.testing.assert_array_equal(output, np.full((3, 2), 2, np.float32))


def test_every_output_keeps_its_shape_and_dtype(tmp_path: Path) -> None:
    worker = Worker(lambda: None, LoadedModel(Detector(), np.array([2, 2, 2])))
    predict.handle(Predict(str(tmp_path / "out.npz")), worker)
    boxes, counts = predictions(tmp_path / "out.npz")
    assert (boxes.shape, boxes.dtype) == ((3, 2, 4), np.float16)
    assert (counts.shape, counts.dtype) == ((3, 1), np.int64)


def test_outputs_of_changing_shape_are_refused(tmp_path: Path) -> None:
    worker = Worker(lambda: None, LoadedModel(Detector(), np.array([2, 1])))
    with pytest.raises(FileRefused, match="shape"):
        predict.handle(Predict(str(tmp_path / "out.npz")), worker)
    assert not list(tmp_path.iterdir())


def test_outputs_that_are_no_numbers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Doubling()
    monkeypatch.setattr(session, "predict", lambda _: (np.array(["text"]),))
    with pytest.raises(FileRefused, match="type"):
        predict.handle(Predict(str(tmp_path / "x")), Worker(lambda: None, LoadedModel(session, np.ones(1))))


def test_short_predictions_send_only_the_reply(tmp_path: Path) -> None:
    signs: list[int] = []
    worker = Worker(lambda: signs.append(1), LoadedModel(NullSession(), np.ones(3)))
    predict.handle(Predict(str(tmp_path / "out.npz")), worker)
    assert not signs


def _wrapped(inner: Exception) -> Exception:
    outer = FileRefused("the runtime said no")
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (IntegrityError("it is another one"), FailureKind.ERROR),
        (FileRefused("no"), FailureKind.UNSUPPORTED),
        (Unavailable("no"), FailureKind.UNSUPPORTED),
        (UnknownName("task", "x", ()), FailureKind.UNSUPPORTED),
        (StoreError("no"), FailureKind.ERROR),
        (ValueError("no"), FailureKind.ERROR),
        (MemoryError(), FailureKind.OUT_OF_MEMORY),
        (RuntimeError("std::bad_alloc"), FailureKind.OUT_OF_MEMORY),
        (_wrapped(RuntimeError("Failed to allocate memory for requested buffer")), FailureKind.OUT_OF_MEMORY),
        (OSError(errno.ENOSPC, "No space left on device"), FailureKind.DISK_FULL),
        (_wrapped(OSError(errno.EDQUOT, "Quota exceeded")), FailureKind.DISK_FULL),
        (OSError(errno.ENOENT, "No such file"), FailureKind.ERROR),
        (RunFailed(Failure(FailureKind.WRONG_PREDICTIONS, "no")), FailureKind.WRONG_PREDICTIONS),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_error_has_its_kind(error: Exception, kind: FailureKind) -> None:
    assert describe(error).kind is kind


def test_requests_are_typed_and_defaults_filled_in() -> None:
    assert read_request(b'{"do": "time_block", "discard": 2, "timed": 10}') == TimeBlock(2, 10)
    line = b'{"do": "measure_memory", "load": {"do": "load", "runtime": "null", "path": "x", '
    request = read_request(line + b'"format": "onnx", "layout": "tokens", "inputs": "i"}, "runs": 5}')
    assert request == MeasureMemory(Load("null", "x", "onnx", Layout.TOKENS, "i", 1), 5)


@pytest.mark.parametrize(
    "line", [b"{}", b'{"do": null}', b'{"do": "__init__"}', b'{"do": "time_block", "discard": 2}', b"[]", b"nonsense"]
)
def test_what_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        read_request(line)


@pytest.mark.parametrize("message", [Alive(), Replied(Done()), Failed(Failure(FailureKind.ERROR, ""))])
def test_messages_arrive_as_they_were_sent(message: Any) -> None:
    assert read_message(Predict, to_line(message)) == message


def _served(*lines: bytes) -> list[Any]:
    out = io.BytesIO()
    serve(io.BytesIO(b"".join(line + b"\n" for line in lines)), out)
    return [read_message(DescribeHost, line) for line in out.getvalue().splitlines()]


def test_every_line_is_answered_whatever_it_is() -> None:
    nonsense, unknown, array, refused, fine = _served(
        b"nonsense",
        b'{"do": "x"}',
        b"[]",
        b'{"do": "time_block", "discard": 0, "timed": 1}',
        b'{"do": "describe_host"}',
    )
    for message in (nonsense, unknown, array):
        assert message.failure.kind is FailureKind.ERROR
    assert refused.failure.kind is FailureKind.UNSUPPORTED
    assert isinstance(fine.reply, Environment) and fine.reply.runtimes


def test_nobody_reading_ends_it_quietly() -> None:
    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    serve(io.BytesIO(b'{"do": "x"}\n' * 3), Closed())
