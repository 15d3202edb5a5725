from dataclasses import replace
from hashlib import sha256

import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import FileRefused
from odviz.services.model_file import contents, model_file
from tests.fakes import point


@pytest.fixture
def evidence(store, measured, tmp_path):
    """Scripted, but with files that exist."""
    found = load_benchmark_data(store, measured(None, "prune-magnitude:50+int8-static"))
    files = {}
    for place, (each, stored) in enumerate(found.files.items()):
        path = tmp_path / f"model-{place}"
        path.write_bytes(b"weights %d" % place)
        digest = sha256(path.read_bytes()).hexdigest()
        files[each] = replace(stored, file=replace(stored.file, path=str(path), sha256=digest, size_bytes=9))
    return replace(found, files=files)


def test_it_is_the_file_that_was_measured_under_a_name_that_says_what_it_is(evidence):
    found = model_file(evidence, point("prune-magnitude:50+int8-static"))
    assert found.name == "net-prune-magnitude_50_int8-static.onnx" and found.size_bytes == 9
    assert contents(found) == b"weights 1"
    assert model_file(evidence, point()).name == "net-fp32.onnx"


def test_one_that_has_changed_is_refused(evidence):
    found = model_file(evidence, point())
    found.path.write_bytes(b"other bytes")
    with pytest.raises(FileRefused, match="not the file that was measured"):
        contents(found)
    with pytest.raises(FileRefused, match="not the file that was measured"):
        model_file(evidence, point())


def test_one_that_has_vanished_is_none_and_refused(evidence):
    found = model_file(evidence, point())
    found.path.unlink()
    assert model_file(evidence, point()) is None
    with pytest.raises(FileRefused, match="cannot be read any more"):
        contents(found)


def test_a_point_that_was_not_measured_has_none(evidence):
    assert model_file(evidence, point("int4", fmt="tflite")) is None
