from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from odviz.domain.errors import Unavailable
from odviz.domain.model import Layout
from odviz.runtimes import litert, tflite_runtime
from odviz.runtimes._package import PackageRuntime
from odviz.runtimes.base import Availability, Runtime

Build = Callable[[int | None], Path]
RUNTIMES_HERE = [runtime for runtime in (litert.plugin, tflite_runtime.plugin) if runtime.available()]


@pytest.mark.parametrize("runtime", RUNTIMES_HERE, ids=lambda runtime: runtime.name)
def test_integer_ports_are_quantized_and_back(runtime: Runtime, requantize: Build) -> None:
    session = runtime.load(requantize(3), Layout.TOKENS, 1)
    np.testing.assert_allclose(session.predict(np.array([-2, 0, 7.5], np.float32))[0], [-2, 0, 7.5])


@pytest.mark.parametrize("runtime", RUNTIMES_HERE, ids=lambda runtime: runtime.name)
def test_open_lengths_are_taken_as_they_come(runtime: Runtime, requantize: Build) -> None:
    session = runtime.load(requantize(None), Layout.TOKENS, 1)
    for length in (5, 9, 5):
        item = np.arange(length, dtype=np.float32)
        np.testing.assert_allclose(session.predict(item)[0], item)
        np.testing.assert_allclose((np.ravel(session.prepare(item)()) + 1) * 0.25, item)  # type: ignore[call-overload]


def test_numpy_2_makes_tflite_runtime_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(PackageRuntime, "available", lambda _: Availability(version="2.14.0"))
    monkeypatch.setattr(np, "__version__", "2.3.1")
    assert "numpy<2" in tflite_runtime.plugin.available().reason
    with pytest.raises(Unavailable, match=r"numpy 2\.3\.1"):
        tflite_runtime.plugin.load(tmp_path, Layout.TOKENS, 1)


def test_missing_tflite_runtime_says_where_it_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PackageRuntime, "available", lambda _: Availability(reason="not installed"))
    assert "Python up to 3.11" in tflite_runtime.plugin.available().reason
