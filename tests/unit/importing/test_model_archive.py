"""The archives that programs export models in."""

import pytest

from odviz.domain.errors import FileRefused
from odviz.importing.model_archive import unpack
from tests.unit.importing.data_files import zipped

LABELS = b"0 apples\n1 pears\n"


def test_an_archive_of_teachable_machine(tmp_path):
    path = zipped(tmp_path / "converted_tflite.zip", {"model_unquant.tflite": b"model", "labels.txt": LABELS})
    (tmp_path / "out").mkdir()
    (file,), classes = unpack([path], tmp_path / "out")
    assert file.read_bytes() == b"model" and classes == ("apples", "pears")


def test_files_that_are_no_archive_stay_where_they_are(tmp_path):
    order = tmp_path / "dict.txt"
    order.write_bytes(LABELS)
    files, classes = unpack([tmp_path / "a.onnx", order, tmp_path / "b.pt"], tmp_path)
    assert files == [tmp_path / "a.onnx", tmp_path / "b.pt"] and classes == ("apples", "pears")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"keras_model.h5": b"1", "labels.txt": LABELS}, "Tensorflow Lite"),
        ({"a.tflite": b"1", "b.tflite": b"2"}, "2 models"),
        ({"a.onnx": b"1", "labels.txt": b"x\nx\n"}, "twice"),
        ({"../a.onnx": b"1"}, "outside"),
    ],
)
def test_archives_that_are_refused(tmp_path, files, words):
    with pytest.raises(FileRefused, match=words):
        unpack([zipped(tmp_path / "model.zip", files)], tmp_path)
