"""Bad models, data sets, labels and model files in the user's library, and bad manifests."""

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from odviz.formats import FORMATS
from odviz.library import datasets, integrity, models
from odviz.library.paths import models_dir
from odviz.library.sources import user
from odviz.tasks.base import Task
from tests.hostile.attempt import Attempt, refused

TASK, NAME = "exercise", "my-net"
FILE = {"path": f"{TASK}/{NAME}/net.onnx", "sha256": "a" * 64, "bytes": 3, "layout": "channels-first"}
CHECKPOINT = {"macs": 9, "parameters": 3, "artifacts": {"onnx": FILE}}
RECORD = {"title": "My net", "checkpoints": [CHECKPOINT]}
BAD_ENTRIES: Mapping[str, tuple[object, ...]] = {
    "macs": (0, -5, 10**18, 1.5, True, "5", None, [], 10**400),
    "parameters": (0, -1, "3", None),
    "nominal": (-3, 100, 5000, "0", 50),
    "removed_macs": (-0.1, 1.5, "0"),
    "test_accuracy": (-0.1, 7, "0.9"),
    "artifacts": ({}, [], None, {"onnx": None}, {"onnx": []}),
    "path": ("/etc/passwd", "../../x", "a\x00b", "\x1b[31m", "x" * 300, 5, None),
    "sha256": ("", "A" * 64, "a" * 63, "../x", 5),
    "bytes": (0, -1, "3", 1.5),
    "layout": ("x", "", 5, None),
    "title": (5, "x" * 300, "\x1b[31m", "a\u202eb", []),
    "summary": (5, "x" * 6000, "a\x85b"),
    "checkpoints": ([], None, {}, [[]], [CHECKPOINT, CHECKPOINT]),
    "training": (5, [], None),
}
NO_JSON = (
    *("", " ", "null", "5", "[]", '"x"', "{", "}", "{}{}", "[" * 100_000, '{"a":' * 100_000, "{'a': 1}", "NaN"),
    *('{"checkpoints": NaN}', '{"files": [], "checkpoints": 5, "classes": 5}', "\x00", "\ufeff\ufeff{}", "9" * 100_000),
)
LABELS = ({}, {"classes": None}, {"classes": 5}, {"classes": [1]}, {"classes": ["a", ""]}, {"classes": ["a", "\x1b"]})


class Toy(Task):
    """Two classes, items of four numbers."""

    name, metric = "my-task", "top1"
    shape, dtype = (4,), "float32"

    def prepare(self, stored):
        return stored["x"].astype(np.float32)


X, Y, GROUP = np.zeros((3, 4), np.float32), np.array([0, 1, 1]), np.array(["a", "a", "b"])
BAD_ARRAYS: Mapping[str, tuple[Any, ...]] = {
    "x": (X[:2], X[:, :3], X[0], X * np.nan, X + np.inf, X.astype(object), np.zeros((0, 4)), None),
    "y": (
        *(Y + 1, Y - 1, Y[:2], Y.astype(float), Y.astype(str), Y.astype(object), Y[:, None], np.array(0)),
        *(Y.astype(bool), np.array([0, 1, 2**63 - 1]), np.array([0, 1, 2**64 - 1], np.uint64), np.zeros(0, int), None),
    ),
    "group": (GROUP[:2], np.arange(3), GROUP.astype("S1"), GROUP.astype(object), GROUP[:, None], np.array("a"), None),
}


def attempts() -> Iterator[Attempt]:
    """Records, labels, archives, manifests and model files, each with one thing wrong."""
    for entry, values in BAD_ENTRIES.items():
        for value in values:
            text = json.dumps(_replaced(RECORD, entry, value))
            yield Attempt(f"model record: {entry} {str(value)[:20]!r}", refused(_record, text))
    for text in NO_JSON:
        yield Attempt(f"model record: {text[:20]!r}", refused(_record, text))
        yield Attempt(f"labels: {text[:20]!r}", refused(_classes, text))
        yield Attempt(f"manifest: {text[:20]!r}", refused(_manifest, text))
    for labels in LABELS:
        yield Attempt(f"labels: {labels}", refused(_classes, json.dumps(labels)))
    for files in ({"a": 5}, {"a": {}}, {"a": {"sha256": 5}}, [], None):
        yield Attempt(f"manifest of {files}", refused(_manifest, json.dumps({"files": files})))
    for name in ("", "-x", "a b", "x" * 200, "\x1b[31m", "a\u202eb"):
        yield Attempt(f"model named {name[:20]!r}", refused(models.load_model, "product-images", name))
    for key, arrays in BAD_ARRAYS.items():
        for number, array in enumerate(arrays):
            content = _npz({"x": X, "y": Y, "group": GROUP} | {key: array})
            yield Attempt(f"data set: {key} {number}", refused(_dataset, content))
    whole = _npz({"x": X, "y": Y, "group": GROUP})
    for name, content in {
        **_archives(whole),
        **{f"cut at {at}": whole[:at] for at in range(0, len(whole), 50)},
    }.items():
        yield Attempt(f"data set: {name}", refused(_dataset, content))
    for name in ("test.npz", datasets.LABELS):
        yield Attempt(f"data set: a pipe for {name}", refused(_pipe, name))
    yield from _model_files()


def _replaced(value: Any, entry: str, bad: object) -> Any:
    """A copy with one entry replaced, wherever it stands."""
    if isinstance(value, dict):
        copied = {key: bad if key == entry else _replaced(one, entry, bad) for key, one in value.items()}
        optional = entry in ("nominal", "removed_macs", "test_accuracy") and "macs" in value
        added = optional or (entry in ("summary", "training") and "title" in value)
        return copied | ({entry: bad} if added else {})
    return [_replaced(one, entry, bad) for one in value] if isinstance(value, list) else value


def _record(text: str) -> object:
    folder = user().models.path / TASK / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / models.RECORD).write_text(text, "utf-8")
    return models.load_model(TASK, NAME)


def _folder() -> Path:
    folder = user().datasets.path / Toy.name
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    (folder / datasets.LABELS).write_text('{"classes": ["yes", "no"]}')
    _forget()
    return folder


def _forget() -> None:
    """Files of these tests change faster than the clock of some file systems."""
    for cached in (datasets._arrays, datasets._labels, integrity._read_manifest):
        cached.cache_clear()


def _classes(text: str) -> object:
    (_folder() / datasets.LABELS).write_text(text, "utf-8")
    return Toy().classes()


def _dataset(content: bytes) -> object:
    (_folder() / "test.npz").write_bytes(content)
    return Toy().test()


def _pipe(name: str) -> object:
    folder = _folder()
    (folder / "test.npz").write_bytes(_npz({"x": X, "y": Y, "group": GROUP}))
    (folder / name).unlink()
    os.mkfifo(folder / name)
    return Toy().test()


def _manifest(text: str) -> object:
    folder = _folder()
    (folder / integrity.MANIFEST).write_text(text, "utf-8")
    return integrity.check_file(folder, "a")


def _npz(arrays: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **{name: array for name, array in arrays.items() if array is not None})
    return out.getvalue()


def _archives(whole: bytes) -> dict[str, bytes]:
    header = b"\x93NUMPY\x01\x00\x76\x00"
    forged = header + (b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }".ljust(117) + b"\n")
    code = header + (b"{'descr': __import__('os').getpid(), 'fortran_order': False, 'shape': ()}".ljust(117) + b"\n")
    entries = {
        "forged shape": [("x.npy", forged)],
        "code in a header": [("x.npy", code)],
        "pickle": [("x.npy", b"cos\nsystem\n(S'true'\ntR.")],
        "bomb": [("x.npy", header + b" " * 118 + bytes(1 << 20))],
        "many files": [(f"{number}.npy", b"") for number in range(2000)],
        "no arrays": [],
        "text": [("x.txt", b"text")],
    }
    archives = {"empty": b"", "text": b"x" * 100, "gzip": b"\x1f\x8b" + bytes(50), "npy": forged}
    for name, files in entries.items():
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer:
            for file, content in files:
                writer.writestr(file, content)
        archives[name] = out.getvalue()
    return archives


def _model_files() -> Iterator[Attempt]:
    """Files that are no model, or a part of one, for each format."""
    for format in FORMATS:
        suffix = format.suffixes[0]
        shipped = next(path for path in sorted(models_dir().rglob(f"*{suffix}"))).read_bytes()
        contents = {"empty": b"", "text": b"x" * 64, "zeros": bytes(4096), "random": bytes(range(256)) * 16}
        contents |= {f"first {share} %": shipped[: len(shipped) * share // 100] for share in (1, 10, 50, 90)}
        for name, content in contents.items():
            yield Attempt(f"{format.name} file: {name}", refused(_inspect, format.name, content))


def _inspect(format: str, content: bytes) -> object:
    path = _folder() / f"net{FORMATS[format].suffixes[0]}"
    path.write_bytes(content)
    FORMATS[format].validate(path)
    return FORMATS[format].facts(path)
