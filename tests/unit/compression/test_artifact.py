import hashlib

import pytest

from odviz.compression.artifact import check_artifact
from odviz.domain.errors import FileRefused, IntegrityError
from odviz.domain.model import Artifact, Layout


def test_a_model_file_is_compared_with_its_record(tmp_path):
    path = tmp_path / "a.onnx"
    path.write_bytes(b"right")
    artifact = Artifact(str(path), hashlib.sha256(b"right").hexdigest(), 5, "onnx", Layout.CHANNELS_FIRST)
    assert check_artifact(artifact) == (path,)
    path.write_bytes(b"wrong")
    with pytest.raises(IntegrityError, match=r"a\.onnx"):
        check_artifact(artifact)
    path.unlink()
    with pytest.raises(FileRefused, match=r"a\.onnx"):
        check_artifact(artifact)
