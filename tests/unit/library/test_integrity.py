import hashlib
import json

import pytest

from odviz.domain.errors import IntegrityError
from odviz.library.integrity import FileCheck, IntegrityProblem, check_file, verify


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "models"
    (root / "task").mkdir(parents=True)
    (root / "task" / "a.onnx").write_bytes(b"right")
    write_manifest(root, {"task/a.onnx": b"right"})
    return root


def write_manifest(root, files):
    entries = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}
    (root / "manifest.json").write_text(json.dumps({"files": entries}))


def test_a_file_as_recorded_is_used(folder):
    assert check_file(folder, "task/a.onnx") == folder / "task" / "a.onnx"
    assert verify(folder) == (FileCheck("task/a.onnx", None),)


def test_a_changed_file_is_refused_by_name(folder):
    check_file(folder, "task/a.onnx")
    (folder / "task" / "a.onnx").write_bytes(b"wrong!")
    with pytest.raises(IntegrityError, match=r"models/task/a\.onnx"):
        check_file(folder, "task/a.onnx")
    assert verify(folder) == (FileCheck("task/a.onnx", IntegrityProblem.CHANGED),)


def test_a_missing_file_is_refused_by_name(folder):
    (folder / "task" / "a.onnx").unlink()
    with pytest.raises(IntegrityError, match=r"models/task/a\.onnx"):
        check_file(folder, "task/a.onnx")
    assert verify(folder) == (FileCheck("task/a.onnx", IntegrityProblem.MISSING),)


def test_a_file_that_is_not_recorded_is_not_used(folder):
    (folder / "task" / "b.onnx").write_bytes(b"new")
    with pytest.raises(IntegrityError, match=r"models/task/b\.onnx"):
        check_file(folder, "task/b.onnx")
    assert FileCheck("task/b.onnx", IntegrityProblem.NOT_RECORDED) in verify(folder)


@pytest.mark.parametrize("content", ["", "[]", '{"files": {"a": {}}}', '{"files": 3}'])
def test_a_damaged_manifest_is_refused_by_name(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(IntegrityError, match=r"models/manifest\.json"):
        verify(folder)
