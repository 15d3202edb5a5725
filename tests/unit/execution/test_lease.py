from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from odviz.domain.errors import Busy, StoreError
from odviz.execution.lease import lease

HOLD = """
import sys
from odviz.execution.lease import lease
with lease("benchmark of somebody else"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(tmp_path / "lease"))
    return tmp_path / "lease"


posix = pytest.mark.skipif(os.name != "posix", reason="links, users and modes are POSIX's")


def note(folder: Path) -> Path:
    """The note of this user."""
    return folder / f"holder-{os.geteuid() if os.name == 'posix' else 0}.json"


def take() -> None:
    with lease("mine"):
        pass


def give_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the folder to another user, or pretend to be another user."""
    me = os.geteuid()
    if me == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, 40_001, 40_001)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)


@contextmanager
def acting_as(user: int) -> Iterator[None]:
    """Act as a user who is not root."""
    before = os.geteuid()
    os.seteuid(0)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.seteuid(before)


@pytest.fixture
def holder() -> subprocess.Popen[str]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(holder: subprocess.Popen[str]) -> None:
    with pytest.raises(Busy) as caught, lease("mine"):
        pass
    for words in ("benchmark of somebody else", str(holder.pid), "UTC", "cancel it"):
        assert words in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_crashed_holder_gives_it_back(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
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
        assert "mine" in note(folder).read_text()
    assert not note(folder).exists()


def test_a_malformed_note_only_hides_the_holder(folder: Path) -> None:
    with lease("mine"):
        note(folder).write_text("{")
        with pytest.raises(Busy, match="Try again"), lease("mine too"):
            pass


@posix
def test_every_user_may_take_it(folder: Path) -> None:
    with lease("mine"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o1777
        assert stat.S_IMODE((folder / "measuring.lock").stat().st_mode) == 0o666
        assert stat.S_IMODE(note(folder).stat().st_mode) == 0o644
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@posix
def test_a_link_is_refused_and_its_target_keeps_its_mode(folder: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    folder.symlink_to(private)
    with pytest.raises(StoreError, match=r"is a link.*ODVIZ_LEASE_DIR"):
        take()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert not list(private.iterdir())


@posix
def test_a_link_that_leads_nowhere_is_refused_too(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="is a link"):
        take()


def test_a_file_in_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.touch()
    with pytest.raises(StoreError, match="not a folder"):
        take()


@posix
def test_ones_own_folder_is_used_as_it_is(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    take()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777, 0o1775])
def test_another_users_folder_that_is_not_open_to_all_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    take()
    folder.chmod(mode)
    give_away(folder, monkeypatch)
    with pytest.raises(StoreError, match="mode 1777"):
        take()
    assert stat.S_IMODE(folder.stat().st_mode) == mode


@posix
def test_another_users_open_folder_without_its_lock_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take()
    (folder / "measuring.lock").unlink()
    give_away(folder, monkeypatch)
    with pytest.raises(StoreError, match=r"measuring\.lock"):
        take()
    assert not list(folder.iterdir())  # a lock of this user's would keep all others out


@posix
def test_another_users_folder_with_the_mode_of_odviz_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take()
    give_away(folder, monkeypatch)
    take()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be two users")
def test_users_share_the_lease_and_see_its_holder_after_one_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path(tempfile.mkdtemp())
    place.chmod(0o1777)
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(place / "lease"))
    first, second, third = 40_001, 40_002, 40_003
    try:
        with acting_as(first), lease("left behind"):
            left = note(place / "lease").read_bytes()
        with acting_as(first):
            note(place / "lease").write_bytes(left)  # as a killed process leaves it
        for user in (second, first, third, 0):
            with acting_as(user), lease(f"of {user}"):
                for observer in (first, second, third):
                    with acting_as(observer), pytest.raises(Busy, match=f"of {user} "):
                        take()
    finally:
        shutil.rmtree(place)


def test_two_processes_that_create_the_folder_at_once_share_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, others = tempfile.mkdtemp, []

    def meanwhile(*args: object, **options: object) -> str:
        if not others:
            others.append(lease("the faster one"))
            others[0].__enter__()
        return make(*args, **options)

    monkeypatch.setattr(tempfile, "mkdtemp", meanwhile)
    with pytest.raises(Busy, match="the faster one"):
        take()
    others[0].__exit__(None, None, None)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@posix
def test_taking_the_lease_renews_the_time_of_the_lock(folder: Path) -> None:
    take()
    os.utime(folder / "measuring.lock", (0, 0))
    take()
    assert (folder / "measuring.lock").stat().st_mtime > 0


@posix
@pytest.mark.parametrize("write", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()])
def test_a_note_that_is_not_a_file_only_hides_the_holder(folder: Path, write: Callable[[Path], None]) -> None:
    with lease("mine"):
        note(folder).unlink()
        write(folder / "holder-1.json")
        with pytest.raises(Busy, match="Try again"):
            take()


@pytest.mark.parametrize("text", ["[" * 9_000, "1" * 9_000, "\xff", '{"pid": 1, "user": "me", "what": "x"}'])
def test_a_note_of_another_form_only_hides_the_holder(folder: Path, text: str) -> None:
    with lease("mine"):
        note(folder).write_text(text, "latin-1")
        with pytest.raises(Busy, match="Try again"):
            take()


def test_control_characters_of_a_note_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "me\x1b]0;gone\x07")
    with lease("a\x1b[2Jb\r\n" + "c" * 9_000), pytest.raises(Busy) as caught:
        take()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ODVIZ_LEASE_DIR", str(tmp_path / "file" / "lease"))
    with pytest.raises(StoreError, match="ODVIZ_LEASE_DIR"), lease("mine"):
        pass
