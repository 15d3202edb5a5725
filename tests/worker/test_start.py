"""What a worker imports before it is ready: every child of a benchmark pays for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from odviz.execution.child import Child
from odviz.worker.protocol import MeasureMemory
from odviz.worker.request import Load
from tests.worker.misbehave import Act


def test_only_what_runs_the_model_is_imported(bad_child: Callable[..., Child], load: Load) -> None:
    with bad_child("imports") as child:
        started = set(child.request(Act())["modules"])
        child.request(MeasureMemory(load, 1))
        reply = child.request(Act())
    loaded = set(reply["modules"])
    assert {"odviz.worker.serve"} <= started and not {"numpy", "odviz.runtimes"} & started
    assert {"odviz.runtimes.onnxruntime"} <= loaded
    unused = {
        "odviz.runtimes.litert",
        "odviz.runtimes.openvino",
        "odviz.formats.tflite",
        "odviz.tasks",
    }
    assert not (unused | {"importlib.metadata", "hashlib"}) & loaded
    assert {name for name in loaded if name.startswith("odviz.library.")} == {"odviz.library.items"}
    assert {"numpy.fft", "numpy.polynomial", "numpy.ma"} & loaded <= set(reply["lazy"])


def test_the_url_of_the_database_with_its_password_stays_with_the_parent(
    bad_child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODVIZ_DATABASE", "postgresql://me:secret@here/db")
    with bad_child("environment") as child:
        names = child.request(Act())["names"]
    assert "ODVIZ_DATABASE" not in names and "ODVIZ_HOME" in names


def test_a_postponed_submodule_is_executed_at_its_first_use() -> None:
    script = (
        "from odviz.worker.lazy_imports import postpone_submodules; postpone_submodules()\n"
        "import numpy; print(numpy.random.default_rng(0).integers(5, size=2).size, numpy.ma.masked_array([3]).sum())"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout.split() == [
        b"2",
        b"3",
    ]
