import hashlib
import json

import pytest

from odviz.domain.errors import IntegrityError
from odviz.library.integrity import checked, verify


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
    assert checked(folder, "task/a.onnx") == folder / "task" / "a.onnx"
    assert [each.problem for each in verify(folder)] == [""]


def test_a_changed_file_is_refused_by_name(folder):
    checked(folder, "task/a.onnx")
    (folder / "task" / "a.onnx").write_bytes(b"wrong!")
    with pytest.raises(IntegrityError, match=r"models/task/a\.onnx is not the file that was shipped"):
        checked(folder, "task/a.onnx")
    assert [(each.path, each.problem) for each in verify(folder)] == [("task/a.onnx", "changed since it was shipped")]


def test_a_missing_file_is_said(folder):
    (folder / "task" / "a.onnx").unlink()
    with pytest.raises(IntegrityError, match="cannot be read: No such file"):
        checked(folder, "task/a.onnx")
    assert verify(folder)[0].problem == "missing"


def test_a_file_nobody_recorded_is_not_used(folder):
    (folder / "task" / "b.onnx").write_bytes(b"new")
    with pytest.raises(IntegrityError, match=r"not in models/manifest\.json"):
        checked(folder, "task/b.onnx")
    assert {each.path: each.problem for each in verify(folder)}["task/b.onnx"] == "not in the manifest"


@pytest.mark.parametrize("content", ["", "[]", '{"files": {"a": {}}}', '{"files": 3}'])
def test_a_damaged_manifest_is_said(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(IntegrityError, match=r"models/manifest\.json cannot be read"):
        verify(folder)
