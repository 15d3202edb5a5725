"""Programs that are killed or asked to end while they measure: real processes, a real database, real workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from odviz.cli import main
from odviz.domain.failure import FailureKind
from odviz.domain.result import Stage, State
from odviz.store import Store, open_store
from tests.waiting import WAIT_S, wait_for

COMMAND = "from odviz.cli import main; main()"
BENCH = (
    "bench", "exercise", "ds-cnn-0.5", "--recipe", "int8-dynamic", "--runtime", "onnxruntime",
    "--confidence", "0.01%", "--time", "90s",
)  # fmt: skip
SERVER = """
import signal, sys, time
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.services import benchmark
from odviz.services.runner import Runner
from odviz.store import open_store
store = open_store()
recipes = (parse_recipe("int8-dynamic"),)
effort = Effort(confidence=1e-4, time_s=90)
plan = BenchmarkPlan("exercise", ("ds-cnn-0.5",), recipes, ("onnxruntime",), effort=effort)
runner = Runner(store)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for _ in range(2):
    runner.add(benchmark.submit(store, plan).id)
while True:  # a signal that comes just before `signal.pause()` would not wake it
    time.sleep(0.1)
"""

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


@contextmanager
def programs() -> Iterator[Start]:
    """A function that starts Python with a program; kills what is left in the end."""
    processes = []

    def run(program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    with programs() as run:
        yield run


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home of a program that was killed while it measured, and the id of the benchmark."""
    folder = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as monkeypatch, programs() as start:
        monkeypatch.setenv("ODVIZ_HOME", str(folder))
        monkeypatch.setenv("ODVIZ_LEASE_DIR", str(folder / "lease"))
        process = start(COMMAND, *BENCH)
        with open_store() as store:
            benchmark = phase_begins(store, Stage.COMPRESS)
        workers = workers_of(process)
        process.kill()
        process.wait(WAIT_S)
        wait_for(lambda: not any(worker.is_running() for worker in workers))
    return folder, benchmark


def phase_begins(store: Store, stage: Stage) -> str:
    """Wait until a benchmark has begun a run of a stage; returns its id."""
    begun: list[str] = []

    def look() -> bool:
        for record in store.benchmarks():
            if any(run.stage is stage for run in store.runs(record.id)):
                begun.append(record.id)
        return bool(begun)

    wait_for(look)
    return begun[0]


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("program", "arguments", "number", "code", "stage"),
    [
        (COMMAND, BENCH, signal.SIGTERM, 130, Stage.LATENCY),
        (COMMAND, BENCH, signal.SIGHUP, 130, Stage.COMPRESS),
        (SERVER, (), signal.SIGTERM, 0, Stage.COMPRESS),
        (SERVER, (), signal.SIGINT, -signal.SIGINT, Stage.LATENCY),
    ],
)
def test_a_program_that_is_asked_to_end_records_an_interruption(
    start: Start, program: str, arguments: tuple[str, ...], number: signal.Signals, code: int, stage: Stage
) -> None:
    process = start(program, *arguments)
    with open_store() as store:
        mine = phase_begins(store, stage)
        workers = workers_of(process)
        process.send_signal(number)
        assert process.wait(WAIT_S) == code
        with store._reading() as connection:  # before any look-up could have recovered it
            states = set(connection.exec_driver_sql("SELECT state FROM benchmark").scalars())
        assert State.RUNNING not in states
        record = store.load(mine)
        assert record.state is State.FAILED
        assert record.failure is not None and record.failure.kind is FailureKind.INTERRUPTED
        ends = {run.failure.kind for run in store.runs(mine) if run.failure}
        assert ends <= {FailureKind.CANCELLED, FailureKind.INTERRUPTED}
        assert all(run.ended for run in store.runs(mine))
        others = [other for other in store.benchmarks() if other.id != mine]
        assert all(other.state is State.QUEUED for other in others)
    wait_for(lambda: not any(worker.is_running() for worker in workers))


def test_a_benchmark_whose_server_is_killed_records_an_interruption(start: Start) -> None:
    server = start(SERVER)
    with open_store() as store:
        mine = phase_begins(store, Stage.COMPRESS)
        processes = workers_of(server)
        server.kill()
        wait_for(lambda: not any(process.is_running() for process in processes))
        with store._reading() as connection:  # before any look-up could have recovered it
            query = "SELECT state, failure FROM benchmark WHERE id = ?"
            state, failure = connection.exec_driver_sql(query, (mine,)).one()
    assert state == State.FAILED and FailureKind.INTERRUPTED in failure


def test_a_benchmark_whose_own_process_is_killed_is_given_up_and_the_next_one_begins(start: Start) -> None:
    server = start(SERVER)
    with open_store() as store:
        mine = phase_begins(store, Stage.COMPRESS)
        runs = [process for process in workers_of(server) if "odviz.services.run_queued" in process.cmdline()]
        for process in runs:
            process.kill()
        (other,) = (record.id for record in store.benchmarks() if record.id != mine)
        wait_for(lambda: store.load(other).state is State.RUNNING)
        record = store.load(mine)
    assert len(runs) == 1 and record.state is State.FAILED
    assert record.failure is not None and record.failure.kind is FailureKind.INTERRUPTED


@pytest.fixture
def odviz(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """A command in this process; returns its exit code and all that it wrote."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["odviz", *words])
        with pytest.raises(SystemExit) as leaving:
            main()
        return int(leaving.value.code or 0), "".join(capsys.readouterr())

    return run


@pytest.fixture
def after_kill(home: Path, killed: tuple[Path, str]) -> str:
    """The id of the benchmark of a killed program, in a home of this test's own."""
    folder, mine = killed
    copytree(folder, home, dirs_exist_ok=True)
    return mine


@pytest.mark.xdist_group("killed")
@pytest.mark.parametrize("first", ["show", "cancel", "delete"])
def test_after_a_kill_the_commands_agree_from_the_first_one_on(
    odviz: Callable[..., tuple[int, str]], after_kill: str, first: str
) -> None:
    code, out = odviz(first, after_kill[:6])
    assert code == 0, out
    assert ("has already ended" in out) is (first == "cancel")
    with open_store() as store:
        states = [record.state for record in store.benchmarks()]
    assert states == ([] if first == "delete" else [State.FAILED])


@pytest.mark.xdist_group("killed")
def test_what_was_killed_is_resumed_and_asked_to_end(start: Start, after_kill: str) -> None:
    command = start(COMMAND, "resume", after_kill[:6])
    with open_store() as store:
        wait_for(lambda: store.load(after_kill).state is State.RUNNING)
        command.send_signal(signal.SIGTERM)
        out, _ = command.communicate(timeout=WAIT_S)
        assert command.returncode == 130, out
        assert [record.state for record in store.benchmarks()] == [State.FAILED]


@pytest.mark.xdist_group("killed")
def test_after_a_kill_a_page_and_the_list_say_that_it_failed(
    odviz: Callable[..., tuple[int, str]], after_kill: str
) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S).switch_page("pages/benchmarks.py").run()
    assert not app.exception
    (listed,) = (frame.value for frame in app.dataframe)
    assert "failed" in listed.to_string() and "running" not in listed.to_string()
    app.switch_page("pages/explore.py").query_params["benchmark"] = after_kill
    app.run()
    assert not app.exception and any("ended early" in warning.value for warning in app.warning)
    code, out = odviz("benchmarks")
    assert code == 0 and "failed" in out and "running" not in out
