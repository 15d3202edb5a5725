"""ONNX models that keep their weights in a companion file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from odviz.domain.errors import FileRefused
from odviz.formats import FORMATS
from odviz.formats.base import digest
from tests.contract._methods_models import onnx_model

ONNX = FORMATS["onnx"]


def save(path: Path, location: str) -> Path:
    onnx.save_model(onnx_model(), str(path), save_as_external_data=True, location=location, size_threshold=0)
    return path


@pytest.mark.parametrize("ending", [".data", "_data"])
def test_the_companion_belongs_to_the_model(tmp_path: Path, ending: str) -> None:
    inline = tmp_path / "inline.onnx"
    onnx.save(onnx_model(), str(inline))
    path = save(tmp_path / "model.onnx", f"model.onnx{ending}")
    files = ONNX.files(path)
    assert files == (path, tmp_path / f"model.onnx{ending}")
    facts, expected = ONNX.facts(path), ONNX.facts(inline)
    assert facts.file_bytes == sum(file.stat().st_size for file in files)
    sizes = {"file_bytes": 0, "compressed_bytes": 0}
    assert replace(facts, **sizes) == replace(expected, **sizes)
    ONNX.validate(path)


def test_the_digest_covers_the_companion(tmp_path: Path) -> None:
    path = save(tmp_path / "model.onnx", "model.onnx.data")
    before = digest(ONNX.files(path))
    companion = tmp_path / "model.onnx.data"
    companion.write_bytes(companion.read_bytes()[:-1] + b"\x01")
    assert digest(ONNX.files(path)) != before


def test_a_copy_holds_its_weights(tmp_path: Path) -> None:
    path = save(tmp_path / "model.onnx", "model.onnx.data")
    target = tmp_path / "copy.onnx"
    ONNX.copy(path, target)
    assert ONNX.files(target) == (target,)
    assert ONNX.facts(target).parameters == ONNX.facts(path).parameters


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="another file"):
        ONNX.facts(save(tmp_path / "model.onnx", "elsewhere.bin"))
