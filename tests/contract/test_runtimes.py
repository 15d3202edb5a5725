"""What every runtime of the registry promises."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM, WARM_UP_OUTPUT
from odviz.library.models import load_model, model_names
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import ProfiledSession, Runtime
from odviz.tasks import TASKS
from tests.waiting import WAIT_S

PAIRS = [(runtime, format) for runtime in RUNTIMES for format in sorted(runtime.formats)]
REAL = [(runtime, format) for runtime, format in PAIRS if runtime.backend != "none"]


def _id(value: object) -> str:
    return str(getattr(value, "name", value)).lower()


@pytest.fixture(autouse=True)
def _usable(request: pytest.FixtureRequest) -> None:
    runtime = request.node.callspec.params.get("runtime") if hasattr(request.node, "callspec") else None
    if runtime is not None and "unavailable" not in request.node.name and not runtime.available():
        pytest.skip(runtime.available().reason)


@pytest.fixture
def small(tmp_path: Path, format: str) -> Path:
    path = tmp_path / f"warm-up.{format}"
    FORMATS[format].warm_up_network(path)
    return path


@pytest.mark.parametrize("runtime", list(RUNTIMES), ids=_id)
def test_availability_is_a_version_or_a_reason_when_unavailable(runtime: Runtime) -> None:
    availability = runtime.available()
    assert bool(availability.version) != bool(availability.reason)
    assert bool(availability) == (not availability.reason)


@pytest.mark.parametrize(("runtime", "format"), REAL, ids=_id)
def test_predicts_the_warm_up_network(runtime: Runtime, format: str, small: Path) -> None:
    (output,) = runtime.load(small, Layout.TOKENS, 1).predict(WARM_UP_ITEM)
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, WARM_UP_OUTPUT)


@pytest.mark.parametrize(("runtime", "format"), REAL, ids=_id)
def test_its_snippet_predicts_the_warm_up_network(runtime: Runtime, format: str, small: Path) -> None:
    item = f"numpy.array([{WARM_UP_ITEM.tolist()}], numpy.float32)"
    code = runtime.snippet.replace("@file", small.name).replace("@item", item) + "print(scores.tolist())\n"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=small.parent, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert ran.returncode == 0, ran.stderr
    np.testing.assert_allclose(json.loads(ran.stdout), [WARM_UP_OUTPUT])


@pytest.mark.parametrize(("runtime", "format"), PAIRS, ids=_id)
def test_a_prepared_inference_can_be_repeated_between_others(runtime: Runtime, format: str, small: Path) -> None:
    session = runtime.load(small, Layout.TOKENS, 2)
    before = session.predict(WARM_UP_ITEM)[0]
    once, other = session.prepare(WARM_UP_ITEM), session.prepare(-WARM_UP_ITEM)
    for invoke in (once, other, once, once):
        invoke()
    np.testing.assert_array_equal(session.predict(WARM_UP_ITEM)[0], before)


@pytest.mark.parametrize(("runtime", "format"), PAIRS, ids=_id)
def test_predictions_outlive_the_next_inference(runtime: Runtime, format: str, small: Path) -> None:
    session = runtime.load(small, Layout.TOKENS, 1)
    first = session.predict(WARM_UP_ITEM)[0]
    kept = first.copy()
    session.predict(-WARM_UP_ITEM)
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("content", [b"", b"no model at all" * 99], ids=["empty", "garbage"])
@pytest.mark.parametrize(("runtime", "format"), REAL, ids=_id)
def test_refuses_what_is_no_model_by_name(runtime: Runtime, format: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"broken.{format}"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="broken"):
        runtime.load(path, Layout.TOKENS, 1)


@pytest.mark.parametrize(("runtime", "format"), PAIRS, ids=_id)
def test_refuses_a_file_that_is_not_there(runtime: Runtime, format: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="missing"):
        runtime.load(tmp_path / f"missing.{format}", Layout.TOKENS, 1)


@pytest.mark.parametrize(("runtime", "format"), REAL, ids=_id)
def test_refuses_items_of_another_shape(runtime: Runtime, format: str, small: Path) -> None:
    session = runtime.load(small, Layout.TOKENS, 1)
    with pytest.raises(FileRefused, match="1 × 5"):
        session.predict(np.zeros(5, np.float32))


def _built_in() -> Iterator[tuple[str, str]]:
    for task in TASKS.names():
        for name in model_names(task):
            yield task, name


@pytest.mark.real
@pytest.mark.parametrize(("task", "name"), list(_built_in()))
def test_runtimes_agree_on_a_built_in_model(task: str, name: str) -> None:
    items = TASKS[task].test().inputs[:8]
    answers = {}
    for format, artifact in load_model(task, name).dense.artifacts.items():
        for runtime, _ in (pair for pair in REAL if pair[1] == format and pair[0].available()):
            session = runtime.load(Path(artifact.path), artifact.layout, 1)
            answers[runtime.name] = np.stack([session.predict(item)[0] for item in items])
    assert len(answers) >= 2
    reference = next(iter(answers.values()))
    for runtime, logits in answers.items():
        np.testing.assert_allclose(logits, reference, rtol=1e-4, atol=1e-4, err_msg=runtime)


@pytest.mark.parametrize("runtime", [one for one in RUNTIMES if one.profiled], ids=_id)
def test_its_profiler_names_the_operators_of_every_inference(runtime: Runtime, tmp_path: Path) -> None:
    format = FORMATS[runtime.formats[0]]
    path = tmp_path / f"chain{format.suffixes[0]}"
    format.chain_network(path, 5, 3)
    profiled = runtime.profiled
    assert profiled is not None
    session = cast(ProfiledSession, profiled.load(path, Layout.TOKENS, 1))
    session.predict(WARM_UP_ITEM)
    session.prepare(WARM_UP_ITEM)()
    runs = session.runs()
    assert len(runs) == 3  # to prepare an inference runs one
    assert {len(run) for run in runs} == {5} and len({one.name for one in runs[0]}) == 5
    assert all(one.time_s >= 0 and len(one.reads) == 3 for run in runs for one in run)
