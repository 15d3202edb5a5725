"""Several processes on one database, and one that is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from odviz.domain.failure import FailureKind
from odviz.domain.result import Block, State
from odviz.store import Owner, open_store
from tests.waiting import WAIT_S

BEGIN = """
import sys
from odviz.domain.model import Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import Block, Stage
from odviz.domain.target import OperatingPoint, Precision, Target
from odviz.store import Owner, open_store
from tests.waiting import WAIT_S
plan = BenchmarkPlan("t", ("m",), (), ("null",))
points = [OperatingPoint(Variant("t", "m", Recipe(), "onnx"), Target("host", "null", "cpu", 1, Precision.FP32))]
print("ready", flush=True)
sys.stdin.readline()
store = open_store(sys.argv[1])
"""
ASK = """
for _ in range(20):
    store.create_benchmark(plan, points)
"""
MEASURE = """
mine = store.create_benchmark(plan, points)
store.claim(Owner.here(), mine)
run = store.start_run(mine, "p", Stage.LATENCY)
for turn in range(1_000_000):
    store.add_blocks([(run, Block(0, turn, (1 + turn,) * 10, turn))])
    print(mine, turn, flush=True)
"""


@pytest.fixture
def url(any_url: str) -> str:
    return any_url


def child(url: str, program: str) -> subprocess.Popen[str]:
    """A process that has loaded everything and waits for a line before it opens the database."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def go(*children: subprocess.Popen[str]) -> None:
    for process in children:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in children:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_processes_may_open_a_fresh_database_at_once(url: str) -> None:
    children = [child(url, ASK) for _ in range(2)]
    go(*children)
    for process in children:
        process.communicate(timeout=WAIT_S)
    assert [process.returncode for process in children] == [0, 0]
    with open_store(url) as store:
        assert len(store.benchmarks()) == 40


@pytest.mark.parametrize("any_url", ["file_url"], indirect=True)
def test_a_reader_sees_what_was_written_and_a_killed_writer_loses_nothing(url: str) -> None:
    writer = child(url, MEASURE)
    go(writer)
    assert writer.stdout is not None
    mine, _ = writer.stdout.readline().split()
    with open_store(url) as store:
        for _ in range(100):
            _, stored = map(str, writer.stdout.readline().split())
            rounds = [block.round for block in store.blocks(mine)["p"]]
            assert rounds[: int(stored) + 1] == list(range(int(stored) + 1))  # complete while it is being written
        assert store.recover() == ()
        writer.kill()
        # From the buffer the lines before came from: `communicate` would begin after what is already in it.
        rest = writer.stdout.read()
        assert writer.wait(WAIT_S) == -signal.SIGKILL
        complete = [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        last = max([int(stored), *(int(turn) for _, turn in complete)])
        assert store.recover() == (mine,)
    with open_store(url) as store:
        blocks = store.blocks(mine)["p"]
        assert blocks[: last + 1] == [Block(0, turn, (1 + turn,) * 10, turn) for turn in range(last + 1)]
        assert len(blocks) <= last + 2
        record = store.load(mine)
        assert record.state is State.FAILED
        assert record.failure is not None
        assert record.failure.kind is FailureKind.INTERRUPTED


def test_a_process_that_ended_but_was_not_waited_for_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        running = Owner.of(process.pid)
        assert not running.gone
        process.kill()
        while not running.gone:  # a zombie: nobody waits for it until the block ends
            time.sleep(0.01)
        assert process.returncode is None
