from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.model import Artifact, Layout
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes
from odviz.services.model_file import ModelFile, contents, name_of
from tests.fakes import point
from tests.toys.plugins import added


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"weights")
    return ModelFile("net.onnx", Artifact(str(path), sha256(b"weights").hexdigest(), 7, "onnx", Layout.TOKENS), "net")


def test_its_name_says_what_it_is():
    assert name_of(point("prune-magnitude:50+int8-static").variant) == "net-prune-magnitude_50_int8-static.onnx"
    assert name_of(point(fmt="tflite").variant) == "net-fp32.tflite"


def test_its_bytes_are_those_of_the_file(file):
    assert contents(file) == b"weights"


def test_one_that_has_changed_is_refused(file):
    Path(file.artifact.path).write_bytes(b"other bytes")
    with pytest.raises(FileRefused, match="changed"):
        contents(file)


def test_one_that_has_vanished_is_refused(file):
    Path(file.artifact.path).unlink()
    with pytest.raises(FileRefused, match=r"model\.onnx"):
        contents(file)


def test_several_files_are_an_archive(tmp_path):
    with added(FORMATS):
        path = tmp_path / "model.json"
        FORMATS["linear"].warm_up_network(path)
        files = FORMATS["linear"].files(path)
        artifact = Artifact(str(path), digest(files), size_bytes(files), "linear", Layout.TOKENS)
        with ZipFile(BytesIO(contents(ModelFile("net.zip", artifact, "net")))) as archive:
            assert archive.namelist() == ["net.json", "net.npy"]
            assert archive.read("net.npy") == files[1].read_bytes()
