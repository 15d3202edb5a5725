from __future__ import annotations

import signal
from pathlib import Path

import pytest

from odviz.domain.failure import FailureKind
from odviz.execution.exit_status import failure_of, memory_kills


@pytest.mark.parametrize(
    ("code", "stderr", "killed", "kind", "words"),
    [
        (-signal.SIGSEGV, "", False, FailureKind.CRASH, "SIGSEGV"),
        (-signal.SIGKILL, "", False, FailureKind.CRASH, "SIGKILL"),
        (-signal.SIGKILL, "", True, FailureKind.OUT_OF_MEMORY, "The system ran out of memory"),
        (-signal.SIGSEGV, "", True, FailureKind.CRASH, "SIGSEGV"),
        (-signal.SIGABRT, "… 'std::bad_alloc'", False, FailureKind.OUT_OF_MEMORY, "100 MiB"),
        (1, "MemoryError", False, FailureKind.OUT_OF_MEMORY, "100 MiB"),
        (-63, "", False, FailureKind.CRASH, "signal 63"),
        (0, "bye", False, FailureKind.CRASH, "exit code 0"),
    ],
)
def test_what_is_recorded(code: int, stderr: str, killed: bool, kind: FailureKind, words: str) -> None:
    failure = failure_of(code, stderr, 100 << 20, killed)
    assert failure.kind is kind
    assert words in failure.reason
    assert failure.detail == stderr


def test_no_limit_is_not_mentioned() -> None:
    assert "limit" not in failure_of(1, "MemoryError", 0, False).reason


def test_kills_are_counted_by_the_kernel(tmp_path: Path) -> None:
    vmstat = tmp_path / "vmstat"
    vmstat.write_text("nr_free_pages 12\noom_kill 3\n")
    assert memory_kills(vmstat) == 3
    assert memory_kills(tmp_path / "nothing") == 0
