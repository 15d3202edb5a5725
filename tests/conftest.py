"""Every test has an odviz home of its own: no test sees or spoils what a person measured."""

import gc
import os
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir, mkdtemp

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads starve each other on a busy machine
os.environ["ODVIZ_HOME"] = str(Path(gettempdir(), "no-odviz-home"))  # tests are parametrized by what is built in alone

import pytest
from hypothesis import settings

settings.register_profile("shared", deadline=None)  # a busy machine is not a slow program
settings.load_profile("shared")

gc.set_threshold(50_000, 20, 20)  # collections took a fifth of the tests' processor time


def pytest_collection_finish():
    """Modules and tests stay: collections need not look at them."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def apart_from_the_machine(tmp_path_factory):
    """The machine's own lease is taken by tests beside these; no test cuts the power, so none waits for the disk."""
    from odviz.store import engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "SYNCHRONOUS", "OFF")
        patch.setenv("ODVIZ_LEASE_DIR", str(tmp_path_factory.mktemp("lease")))
        yield


@pytest.fixture
def tmp_path(tmp_path_factory):
    """A folder of the test's own; pytest's is numbered, for which it reads the names of all before it."""
    return Path(mkdtemp(dir=tmp_path_factory.getbasetemp()))


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    folder = Path(mkdtemp(dir=tmp_path_factory.getbasetemp()))
    monkeypatch.setenv("ODVIZ_HOME", str(folder))
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(folder / "lease"))
    monkeypatch.delenv("ODVIZ_DATABASE", raising=False)
    return folder


@pytest.fixture
def same_machine(monkeypatch):
    """This machine is the scripted one: its processor, version 1.0 of every runtime, and its held-out set."""
    from odviz.services import benchmark
    from tests.fakes import RUNTIMES, TOY

    here = replace(benchmark.snapshot(), cpu="scripted", runtimes=dict.fromkeys(RUNTIMES, "1.0"))
    monkeypatch.setattr(benchmark, "snapshot", lambda: here)
    monkeypatch.setattr(benchmark, "TASKS", {task.name: TOY for task in benchmark.TASKS})
