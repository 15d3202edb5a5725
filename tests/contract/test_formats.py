"""What every format promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from odviz.domain.errors import FileRefused
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes

pytestmark = pytest.mark.parametrize("format", list(FORMATS), ids=lambda format: format.name)


@pytest.fixture
def network(format: str, tmp_path: Path) -> Path:
    path = tmp_path / f"network{format.suffixes[0]}"
    format.warm_up_network(path)
    return path


def test_the_warm_up_network_is_valid_and_small(format: str, network: Path) -> None:
    format.validate(network)
    facts = format.facts(network)
    assert (facts.macs, facts.parameters, facts.compute_ops) == (8, 10, 1)
    assert facts.file_bytes == size_bytes(format.files(network)) < 2048


def test_a_copy_is_the_same_model(format: str, network: Path, tmp_path: Path) -> None:
    target = tmp_path / f"another{format.suffixes[0]}"
    format.copy(network, target)
    assert format.files(target)[0] == target
    assert format.facts(target) == format.facts(network)
    assert digest(format.files(target)) == digest(format.files(network))


@pytest.mark.parametrize("content", [b"", b"no model at all" * 99], ids=["empty", "garbage"])
def test_another_file_is_refused(format: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"broken{format.suffixes[0]}"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="broken"):
        format.validate(path)
    with pytest.raises(FileRefused, match="broken"):
        format.facts(path)


def test_a_missing_file_is_refused(format: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="missing"):
        format.facts(tmp_path / f"missing{format.suffixes[0]}")


def test_a_signature_is_that_of_the_network(format: str, network: Path) -> None:
    signature = format.signature(network)
    if signature is not None:
        assert (signature.input.shape, signature.input.dtype, signature.input.scale) == ((1, 4), "float32", 0)
        assert (signature.output.shape, signature.output.dtype, signature.output.scale) == ((1, 2), "float32", 0)
