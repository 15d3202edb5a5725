from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import FileRefused
from odviz.formats import FORMATS
from odviz.formats.base import digest
from odviz.services.model_file import contents, model_file
from tests.fakes import point
from tests.toys.plugins import added


@pytest.fixture
def evidence(store, measured, tmp_path):
    """Scripted, but with files that exist."""
    loaded = load_benchmark_data(store, measured(None, "prune-magnitude:50+int8-static"))
    files = {}
    for place, (measured_point, stored) in enumerate(loaded.files.items()):
        path = tmp_path / f"model-{place}"
        path.write_bytes(b"weights %d" % place)
        digest = sha256(path.read_bytes()).hexdigest()
        files[measured_point] = replace(stored, file=replace(stored.file, path=str(path), sha256=digest, size_bytes=9))
    return replace(loaded, files=files)


def test_it_is_the_file_that_was_measured_under_a_name_that_says_what_it_is(evidence):
    file = model_file(evidence, point("prune-magnitude:50+int8-static"))
    assert file.name == "net-prune-magnitude_50_int8-static.onnx" and file.artifact.size_bytes == 9
    assert contents(file) == b"weights 1"
    assert model_file(evidence, point()).name == "net-fp32.onnx"


def test_one_that_has_changed_is_refused(evidence):
    file = model_file(evidence, point())
    Path(file.artifact.path).write_bytes(b"other bytes")
    with pytest.raises(FileRefused, match="changed"):
        contents(file)
    with pytest.raises(FileRefused, match="changed"):
        model_file(evidence, point())


def test_one_that_has_vanished_is_none_and_refused(evidence):
    file = model_file(evidence, point())
    Path(file.artifact.path).unlink()
    assert model_file(evidence, point()) is None
    with pytest.raises(FileRefused, match="model-0"):
        contents(file)


def test_several_files_are_an_archive(evidence, tmp_path):
    with added(FORMATS):
        path = tmp_path / "model.json"
        FORMATS["linear"].warm_up_network(path)
        files = FORMATS["linear"].files(path)
        artifact = replace(evidence.files[point()].file, path=str(path), sha256=digest(files), format="linear")
        linear = point(fmt="linear")
        stored = replace(evidence.files[point()], file=artifact)
        file = model_file(replace(evidence, files={linear: stored}), linear)
        assert file.name == "net-fp32.zip"
        with ZipFile(BytesIO(contents(file))) as archive:
            assert archive.namelist() == ["net-fp32.json", "net-fp32.npy"]
            assert archive.read("net-fp32.npy") == files[1].read_bytes()


def test_a_point_that_was_not_measured_has_none(evidence):
    assert model_file(evidence, point("int4", fmt="tflite")) is None
