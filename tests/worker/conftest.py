from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from odviz.domain.model import Layout
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM
from odviz.worker.request import Load
from tests.waiting import WAIT_S

MakeChild = Callable[..., Child]


@pytest.fixture
def bad_child() -> MakeChild:
    """A child that handles `Act` badly; see misbehave.py."""

    def make(word: str, **options: Any) -> Child:
        script = str(Path(__file__).with_name("misbehave.py"))
        return Child(command=[sys.executable, script, word], **options)

    return make


@pytest.fixture
def forked_bad_child() -> Iterator[MakeChild]:
    """The same, forked; what it does is the word of `Act`."""
    with ForkServer((), bad_fork_server()) as server:
        yield partial(Child, fork_server=server)


def bad_fork_server() -> list[str]:
    """The command of a server that forks such children."""
    return [sys.executable, str(Path(__file__).with_name("misbehave.py")), "fork"]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A request to load the warm-up network in ONNX Runtime with five inputs."""
    path, inputs = tmp_path / "warm-up.onnx", tmp_path / "inputs.npy"
    FORMATS["onnx"].warm_up_network(path)
    np.save(inputs, np.outer(np.arange(5), WARM_UP_ITEM).astype(np.float32))
    return Load("onnxruntime", str(path), "onnx", Layout.TOKENS, str(inputs))


def gone(pid: int, within_s: float = WAIT_S) -> bool:
    """Whether a process ends soon; one that only waits to be reaped has."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(name="gone")
def _gone() -> Callable[[int], bool]:
    return gone
