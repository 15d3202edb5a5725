"""What handlers do that needs no process of its own."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from odviz.domain.errors import FileRefused, InputError, RunFailed, StoreError, Unavailable, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.runtimes.null import NullSession
from odviz.worker.failures import describe
from odviz.worker.handlers import predict
from odviz.worker.loaded import Loaded, spread
from odviz.worker.protocol import Block, Memory, Predict, read_request
from odviz.worker.serve import Worker, serve


class Doubling:
    """A session whose prepared inferences say which item they are of."""

    def predict(self, item: Any) -> tuple[Any, ...]:
        return (np.asarray(item, np.float32) * 2,)

    def prepare(self, item: Any) -> Any:
        return lambda: item


def test_blocks_rotate_through_the_items() -> None:
    loaded = Loaded(Doubling(), np.arange(10), (1, 4, 7))
    assert [loaded.next_invoke()() for _ in range(4)] == [1, 4, 7, 1]


@pytest.mark.parametrize(
    ("count", "wanted", "indices"), [(10, 3, (0, 3, 6)), (2, 16, (0, 1)), (1, 1, (0,)), (10_000, 2, (0, 5_000))]
)
def test_items_are_spread_over_the_set(count: int, wanted: int, indices: tuple[int, ...]) -> None:
    assert spread(count, wanted) == indices


class Detector(Doubling):
    """A session with two outputs; each item says how many boxes the first one holds."""

    def predict(self, item: Any) -> tuple[Any, ...]:
        return np.full((int(item), 4), item, np.float16), np.array([item], np.int64)


def predictions(path: Path) -> list[np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in archive.files]


def test_predictions_tell_how_far_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "_EVENT_S", 0.0)
    events: list[dict[str, Any]] = []
    worker = Worker(events.append, Loaded(Doubling(), np.ones((3, 2)), (0,)))
    assert predict.handle(Predict(str(tmp_path / "out.npz")), worker) == {"count": 3}
    assert events == [{"done": done, "of": 3} for done in (1, 2, 3)]
    (output,) = predictions(tmp_path / "out.npz")
    np.testing.assert_array_equal(output, np.full((3, 2), 2, np.float32))


def test_every_output_keeps_its_shape_and_dtype(tmp_path: Path) -> None:
    worker = Worker(lambda _: None, Loaded(Detector(), np.array([2, 2, 2]), (0,)))
    predict.handle(Predict(str(tmp_path / "out.npz")), worker)
    boxes, counts = predictions(tmp_path / "out.npz")
    assert (boxes.shape, boxes.dtype) == ((3, 2, 4), np.float16)
    assert (counts.shape, counts.dtype) == ((3, 1), np.int64)


def test_outputs_of_changing_shape_are_refused(tmp_path: Path) -> None:
    worker = Worker(lambda _: None, Loaded(Detector(), np.array([2, 1]), (0,)))
    with pytest.raises(FileRefused, match="shape"):
        predict.handle(Predict(str(tmp_path / "out.npz")), worker)
    assert not list(tmp_path.iterdir())


def test_outputs_that_are_no_numbers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Doubling()
    monkeypatch.setattr(session, "predict", lambda _: (np.array(["text"]),))
    with pytest.raises(FileRefused, match="type"):
        predict.handle(Predict(str(tmp_path / "x")), Worker(lambda _: None, Loaded(session, np.ones(1), (0,))))


def test_short_sets_tell_nothing(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    predict.handle(Predict(str(tmp_path / "out.npz")), Worker(events.append, Loaded(NullSession(), np.ones(3), (0,))))
    assert events == []


def _wrapped(inner: Exception) -> Exception:
    outer = FileRefused("the runtime said no")
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "kind"),
    [
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
    assert read_request({"do": "block", "discard": 2, "timed": 10}) == ("block", Block(2, 10))
    load = {"do": "memory", "runtime": "null", "path": "x", "format": "onnx", "layout": "tokens", "task": "t"}
    word, request = read_request(load)
    assert isinstance(request, Memory) and (word, request.runs, request.threads) == ("memory", 5, 1)


@pytest.mark.parametrize("message", [{}, {"do": None}, {"do": "__init__"}, {"do": "block", "discard": 2}])
def test_requests_that_do_not_fit(message: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_request(message)


def _served(*lines: bytes) -> list[dict[str, Any]]:
    out = io.BytesIO()
    serve(io.BytesIO(b"".join(line + b"\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_is_answered_whatever_it_is() -> None:
    nonsense, unknown, list_, fine = _served(b"nonsense", b'{"do": "x"}', b"[]", b'{"do": "environment"}')
    assert nonsense["error"]["kind"] == list_["error"]["kind"] == "error"
    assert unknown["error"]["kind"] == "unsupported"
    assert "runtimes" in fine["reply"]


def test_nobody_reading_ends_it_quietly() -> None:
    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    serve(io.BytesIO(b'{"do": "x"}\n' * 3), Closed())
