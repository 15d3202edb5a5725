"""Workers that are forked: as isolated as those with an interpreter of their own, and independent of one other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer, can_fork
from odviz.worker.protocol import MeasureMemory, TimeBlock
from odviz.worker.request import Load
from tests.worker.conftest import bad_fork_server
from tests.worker.misbehave import Act

pytestmark = pytest.mark.skipif(not can_fork(), reason="workers cannot be forked here")

MakeChild = Callable[..., Child]
Gone = Callable[[int], bool]


def failure(child: Child, word: str) -> Failure:
    with pytest.raises(RunFailed) as caught:
        child.request(Act(word))
    return caught.value.failure


def test_each_keeps_to_its_own_limits_and_group_and_temporary_folder(forked_bad_child: MakeChild) -> None:
    with forked_bad_child(memory_limit_bytes=4 << 30) as first, forked_bad_child(memory_limit_bytes=5 << 30) as second:
        about = [child.request(Act("about")) for child in (first, second)]
        littered = [child.request(Act("litter")) for child in (first, second)]
        assert [one["group"] for one in about] == [first.pid, second.pid]
    assert [one["limits"]["AS"] for one in about] == [4 << 30, 5 << 30]
    assert {(one["core"], one["omp"], one["stdin"]) for one in about} == {(0, "1", os.devnull)}
    assert {one["mode"] & 0o777 for one in littered} == {0o600}
    assert len({one["path"] for one in littered}) == 2 and not any(Path(one["path"]).exists() for one in littered)


def test_one_that_crashes_is_named_and_leaves_the_others_alone(forked_bad_child: MakeChild) -> None:
    with forked_bad_child() as other, forked_bad_child() as child, forked_bad_child() as leaving:
        crashed = failure(child, "segv")
        assert crashed.kind is FailureKind.CRASH and "SIGSEGV" in crashed.reason
        assert "misbehave.py" in crashed.detail  # by faulthandler
        assert "exit code 3" in failure(leaving, "leave").reason
        assert other.request(Act("noise")) == {"truth": 1}
    with forked_bad_child() as later:
        assert later.request(Act("noise")) == {"truth": 1}


def test_one_that_hangs_is_ended_with_all_that_it_started(forked_bad_child: MakeChild, gone: Gone) -> None:
    with forked_bad_child(timeout_s=0.5) as child:
        grandchild = child.request(Act("family"), timeout_s=60.0)["grandchild"]
        assert failure(child, "family").kind is FailureKind.TIMEOUT
        assert gone(grandchild) and gone(child.pid)


def test_they_end_with_their_server_and_no_more_are_started(gone: Gone) -> None:
    with ForkServer((), bad_fork_server()) as server:
        with Child(fork_server=server) as child:
            child.request(Act("noise"))
            os.kill(server.pid, signal.SIGKILL)
            assert gone(child.pid)
            ended = failure(child, "noise")
            assert ended.kind is FailureKind.CRASH and "SIGKILL" in ended.reason
        with pytest.raises(RunFailed), Child(fork_server=server):
            pass


PARENT = """
import sys
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer
from tests.worker.misbehave import Act
with ForkServer((), sys.argv[1:]) as server, Child(fork_server=server) as child:
    child.request(Act("noise"))
    print(server.pid, child.pid, flush=True)
    child.request(Act("hang"))
"""


def test_neither_outlives_a_killed_parent(gone: Gone) -> None:
    command = [sys.executable, "-c", PARENT, *bad_fork_server()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pids = list(map(int, parent.stdout.readline().split()))
        parent.kill()
    assert len(pids) == 2 and all(map(gone, pids))


def test_a_server_has_one_thread_and_a_memory_layout_of_its_own(load: Load) -> None:
    layouts = []
    for _ in range(2):
        with ForkServer((MeasureMemory, TimeBlock)) as server, Child(fork_server=server) as child:
            assert child.request(MeasureMemory(load, 1)).peak_bytes > 0
            assert child.request(TimeBlock(0, 1)).timed == 1
            assert len(list(Path(f"/proc/{server.pid}/task").iterdir())) == 1
            maps = Path(f"/proc/{server.pid}/maps").read_text()
            assert "numpy" in maps and "onnxruntime" not in maps
            layouts.append(next(line.split()[0] for line in maps.splitlines() if line.endswith("[stack]")))
    if Path("/proc/sys/kernel/randomize_va_space").read_text().strip() == "2":
        assert layouts[0] != layouts[1]
