from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from odviz.domain.errors import Busy, StoreError
from odviz.jobs.lease import lease

HOLD = """
import sys
from odviz.jobs.lease import lease
with lease("benchmark of somebody else"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(tmp_path / "lease"))
    return tmp_path / "lease"


@pytest.fixture
def other() -> subprocess.Popen[str]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(other: subprocess.Popen[str]) -> None:
    with pytest.raises(Busy) as caught, lease("mine"):
        pass
    for words in ("benchmark of somebody else", str(other.pid), "UTC", "cancel it"):
        assert words in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_crashed_holder_gives_it_back(other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with lease("mine", wait_s=5):
        pass


def test_a_second_holder_in_the_same_process_is_refused_too() -> None:
    with lease("mine"), pytest.raises(Busy, match="mine"), lease("mine too"):
        pass


def test_it_can_be_taken_again_and_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), lease("mine"):
        raise ZeroDivisionError
    with lease("again"):
        pass


def test_the_holder_is_forgotten_with_the_lease(folder: Path) -> None:
    with lease("mine"):
        assert "mine" in (folder / "holder.json").read_text()
    assert not (folder / "holder.json").exists()


def test_a_spoilt_note_costs_the_name_only(folder: Path) -> None:
    with lease("mine"):
        (folder / "holder.json").write_text("{")
        with pytest.raises(Busy, match="Another odviz is measuring on this machine"), lease("mine too"):
            pass


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_every_user_may_take_it(folder: Path) -> None:
    with lease("mine"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o777
        assert stat.S_IMODE((folder / "measuring.lock").stat().st_mode) & 0o600
        assert stat.S_IMODE((folder / "holder.json").stat().st_mode) == 0o644


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(tmp_path / "file" / "lease"))
    with pytest.raises(StoreError, match="ODVIZ_LEASE_DIR"), lease("mine"):
        pass
