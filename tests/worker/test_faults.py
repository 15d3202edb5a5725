"""Real children that end badly: each is recorded for what it was, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.execution.child import Child
from odviz.execution.session import BenchmarkSession
from odviz.measurement.readings import BlockTimes
from odviz.store import Owner, open_store
from odviz.worker.protocol import TimeBlock
from tests.fakes import plan, point
from tests.worker.misbehave import Act

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

MakeChild = Callable[..., Child]
Gone = Callable[[int], bool]


def failure(child: Child, **options: float) -> Failure:
    with pytest.raises(RunFailed) as caught:
        child.request(Act(), **options)  # type: ignore[arg-type]
    return caught.value.failure


def test_native_noise_does_not_corrupt_a_reply(bad_child: MakeChild) -> None:
    with bad_child("noise") as child:
        assert child.request(Act()) == {"truth": 1}
        assert child.request(Act()) == {"truth": 1}


def test_a_flood_on_stderr_blocks_nobody_and_only_its_end_is_kept(bad_child: MakeChild) -> None:
    with bad_child("flood") as child:
        assert child.request(Act()) == {}
        assert child.request(Act()) == {}
    assert child._stderr().endswith("the end")
    assert len(child._stderr()) <= 16 << 10


def test_a_hang_times_out_and_takes_its_whole_group_with_it(bad_child: MakeChild, gone: Gone) -> None:
    with bad_child("family") as child:
        grandchild = child.request(Act())["grandchild"]
        ended = failure(child, timeout_s=0.5)
        assert ended.kind is FailureKind.TIMEOUT and "0.5 s" in ended.reason
        assert gone(grandchild) and gone(child.pid)
        assert failure(child) == ended  # the first reason stays


@pytest.mark.parametrize(("word", "name"), [("segv", "SIGSEGV"), ("abort", "SIGABRT")])
def test_a_crash_names_its_signal_and_says_where_python_stood(bad_child: MakeChild, word: str, name: str) -> None:
    with bad_child(word) as child:
        ended = failure(child)
    assert ended.kind is FailureKind.CRASH and name in ended.reason
    assert "misbehave.py" in ended.detail  # by faulthandler


def test_leaving_without_an_answer_is_a_crash_with_its_exit_code(bad_child: MakeChild) -> None:
    with bad_child("leave") as child:
        ended = failure(child)
    assert ended.kind is FailureKind.CRASH and "exit code 3" in ended.reason


def test_out_of_memory_under_a_limit_is_said_and_survived(bad_child: MakeChild) -> None:
    with bad_child("greed", memory_limit_bytes=2 << 30) as child:
        for _ in range(2):
            assert failure(child).kind is FailureKind.OUT_OF_MEMORY
        with pytest.raises(RunFailed) as caught:
            child.request(TimeBlock(0, 1))
    assert caught.value.failure.kind is FailureKind.UNSUPPORTED  # no model is loaded


def test_an_allocation_that_aborts_is_out_of_memory_too(bad_child: MakeChild) -> None:
    with bad_child("bad_alloc", memory_limit_bytes=2 << 30) as child:
        ended = failure(child)
    assert ended.kind is FailureKind.OUT_OF_MEMORY and "2048 MiB" in ended.reason


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(bad_child: MakeChild) -> None:
    with bad_child("full", folders=[Path("/dev/full")]) as child:
        ended = failure(child)
    assert ended.kind is FailureKind.DISK_FULL and "full" in ended.reason and not ended.reason.endswith("..")


def test_cancel_ends_a_request_under_way(bad_child: MakeChild, gone: Gone) -> None:
    with bad_child("hang") as child:
        threading.Timer(1.0, child.cancel).start()
        ended = failure(child)
        assert ended.kind is FailureKind.CANCELLED
        assert gone(child.pid)
        assert failure(child).kind is FailureKind.CANCELLED


def test_cancelled_before_it_is_asked(bad_child: MakeChild) -> None:
    child = bad_child("hang")
    child.cancel()
    with child:
        assert failure(child).kind is FailureKind.CANCELLED


def test_leaving_the_with_statement_ends_it(bad_child: MakeChild, gone: Gone) -> None:
    with pytest.raises(KeyError), bad_child("noise") as child:
        child.request(Act())
        raise KeyError
    assert gone(child.pid)


def test_killed_from_outside_is_a_crash(bad_child: MakeChild) -> None:
    with bad_child("hang") as child:
        threading.Timer(1.0, os.kill, (child.pid, signal.SIGKILL)).start()
        ended = failure(child)
    assert ended.kind is FailureKind.CRASH and "SIGKILL" in ended.reason


PARENT = """
import os, sys
from pathlib import Path
from odviz.execution.child import Child
from tests.worker.misbehave import Act
with Child(command=sys.argv[1:], folders=[Path(os.environ["HANGING"]).parent]) as child:
    print(child.pid, flush=True)
    child.request(Act())
"""


def test_a_child_does_not_outlive_a_killed_parent_even_in_native_code(gone: Gone, tmp_path: Path) -> None:
    script = str(Path(__file__).with_name("misbehave.py"))
    hanging = tmp_path / "hanging"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, sys.executable, script, "hang"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HANGING": str(hanging)},
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        while not hanging.exists() and parent.poll() is None:
            time.sleep(0.02)
        time.sleep(0.2)
        assert parent.poll() is None and Path(f"/proc/{child}").exists()
        parent.kill()
    assert gone(child)


def test_a_child_outlives_the_thread_that_asked_for_it(bad_child: MakeChild) -> None:
    child = bad_child("noise")
    thread = threading.Thread(target=child.__enter__)
    thread.start()
    thread.join()
    try:
        assert child.request(Act()) == {"truth": 1}
        time.sleep(0.3)
        assert child.request(Act()) == {"truth": 1}
    finally:
        child.__exit__(None, None, None)


def test_a_program_that_cannot_be_started_is_said() -> None:
    with pytest.raises(RunFailed, match="/no/such/python"), Child(command=["/no/such/python"]):
        pass


def test_a_sign_of_life_renews_the_time_limit() -> None:
    script = """
import json, sys, time
for line in sys.stdin:
    request = json.loads(line)
    for _ in range(request["discard"]):
        print(json.dumps({"type": "alive"}), flush=True)
        time.sleep(0.4)
    reply = {"wall_ns": [request["timed"]], "cpu_ns": 0, "timed": 1, "reference_ns": 1}
    print(json.dumps({"type": "reply", "reply": reply}), flush=True)
"""
    with Child(command=[sys.executable, "-c", script], timeout_s=1.2) as child:
        child.request(TimeBlock(0, 1), timeout_s=60.0)
        assert child.request(TimeBlock(4, 7)) == BlockTimes((7,), 0, 1, 1)


@pytest.mark.parametrize("line", ["no json", "[1, 2]", "3", '{"neither": 1}', '{"type": "reply", "reply": 1}'])
def test_an_answer_that_cannot_be_read_ends_it(line: str, gone: Gone) -> None:
    script = f"print({line!r}, flush=True); import time; time.sleep(1000)"
    with Child(command=[sys.executable, "-c", script]) as child:
        ended = failure(child)
        assert ended.kind is FailureKind.ERROR and line[:8] in ended.reason
        assert gone(child.pid)


def test_it_keeps_to_its_limits_and_to_itself(bad_child: MakeChild) -> None:
    settings = '{"parent": %d, "memory_bytes": 4294967296, "file_bytes": 1048576, "open_files": 64}'
    script = str(Path(__file__).with_name("misbehave.py"))
    with Child(command=[sys.executable, script, "about", settings % os.getpid()], threads=3) as child:
        about = child.request(Act())
    assert about["limits"] == {"AS": 4 << 30, "FSIZE": 1 << 20, "NOFILE": 64}
    assert (about["core"], about["omp"]) == (0, "3")
    assert about["group"] == child.pid
    assert about["stdin"] == os.devnull


def test_temporary_files_of_a_killed_child_are_private_and_do_not_stay(bad_child: MakeChild) -> None:
    with bad_child("litter") as child:
        left = child.request(Act())
        path = Path(left["path"])
        assert path.exists() and left["mode"] & 0o777 == 0o600
        child.cancel()
    assert not path.parent.exists() and path.parent.parent.exists()


def test_what_another_process_asks_to_stop_reaches_a_child_that_hangs(
    bad_child: MakeChild, gone: Gone, tmp_path: Path
) -> None:
    with open_store(f"sqlite:///{tmp_path / 'odviz.db'}") as store:
        mine = store.create_benchmark(plan(), [point()])
        store.claim(Owner.here(), mine)
        session = BenchmarkSession(store, mine, plan(), lambda _: None, lambda **options: bad_child("hang", **options))
        with session.child() as child:
            threading.Timer(0.2, store.request_cancel, [mine]).start()
            assert failure(child, timeout_s=60).kind is FailureKind.CANCELLED
            assert gone(child.pid)
        with pytest.raises(RunFailed) as caught:
            session.check()
        assert caught.value.failure.kind is FailureKind.CANCELLED


def test_a_child_is_looked_after_while_it_is_silent_and_no_longer_than_it_may_be(bad_child: MakeChild) -> None:
    looked: list[int] = []
    with bad_child("hang", while_silent=lambda: looked.append(1)) as child:
        assert failure(child, timeout_s=1.2).kind is FailureKind.TIMEOUT
    assert len(looked) == 2
