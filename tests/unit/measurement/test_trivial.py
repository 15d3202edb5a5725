from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from odviz.domain.model import Format
from odviz.graph.facts import facts
from odviz.measurement import trivial


def test_the_onnx_file_is_sound() -> None:
    onnx.checker.check_model(onnx.load_from_string(trivial.model(Format.ONNX)), full_check=True)


@pytest.mark.parametrize("format", list(Format))
def test_it_is_one_layer_of_eight_weights(format: Format, tmp_path: Path) -> None:
    path = tmp_path / f"trivial.{format}"
    path.write_bytes(trivial.model(format))
    assert facts(path, format).macs == 8
    assert len(trivial.model(format)) < 1024
