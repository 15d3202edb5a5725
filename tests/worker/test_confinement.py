"""Real children that try to reach the network and to write elsewhere."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from odviz import confinement
from odviz.confinement import Confinement, confine, supported
from odviz.execution.child import Child
from odviz.execution.fork_server import can_fork
from tests.worker.misbehave import Act

MakeChild = Callable[..., Child]

needs_fork = pytest.mark.skipif(not can_fork(), reason="workers cannot be forked here")

NETWORK = ("loopback", "another computer", "datagram", "local socket", "io_uring")
FILES = ("create", "overwrite", "cut", "remove", "make a folder", "link", "move out", "through a link")
STILL = ("read", "socket pair", "temporary file", "given folder", "move within", "reset the peak of memory")


@pytest.mark.parametrize("forked", [False, pytest.param(True, marks=needs_fork)])
def test_a_child_reaches_no_network_and_writes_to_its_folders_only(
    forked: bool, bad_child: MakeChild, forked_bad_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = supported()
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / "sub").mkdir(parents=True)
    (outside / "kept").write_bytes(b"kept")
    (inside / "given").touch()
    (inside / "way out").symlink_to(outside)
    with socket.create_server(("127.0.0.1", 0)) as server:
        for name, value in {"OUTSIDE": outside, "INSIDE": inside, "PORT": server.getsockname()[1]}.items():
            monkeypatch.setenv(name, str(value))
        started = forked_bad_child(folders=[inside]) if forked else bad_child("escape", folders=[inside])
        with started as child:
            became = child.request(Act("escape"))
        server.settimeout(0.1)
        if not held.network:
            assert {became[way] for way in NETWORK} == {errno.EACCES}
            with pytest.raises(TimeoutError):
                server.accept()
    if not held.files:
        assert {became[way] for way in FILES} <= {errno.EACCES, errno.EXDEV}
        assert became["into the parent"] in (errno.EACCES, errno.EPERM)
        assert [path.name for path in outside.iterdir()] == ["kept"] and (outside / "kept").read_bytes() == b"kept"
    assert {became[way] for way in STILL} == {"done"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs another user's number")
def test_it_needs_no_rights_of_an_administrator() -> None:
    script = "import os; from odviz.confinement import *; os.getuid() or os.setuid(65534); print(supported())"
    environment = {**os.environ, "PYTHONPATH": str(Path(confinement.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(supported())


@pytest.mark.skipif(sys.platform != "linux", reason="has no system calls of Linux")
@pytest.mark.parametrize(("result", "words"), [(-errno.ENOSYS, "Landlock"), (1, "6.2"), (2, "6.2")])
def test_what_an_older_kernel_has_not_is_said(monkeypatch: pytest.MonkeyPatch, result: int, words: str) -> None:
    monkeypatch.setattr(confinement, "_call", lambda number, *_: result)
    assert words in confinement._refuse_writing([])


@pytest.mark.parametrize(("platform", "machine"), [("darwin", "arm64"), ("win32", "AMD64"), ("linux", "riscv64")])
def test_other_systems_and_processors_are_named(monkeypatch: pytest.MonkeyPatch, platform: str, machine: str) -> None:
    monkeypatch.setattr(confinement.sys, "platform", platform)
    monkeypatch.setattr(confinement.os, "uname", lambda: os.uname_result(("", "", "", "", machine)))
    held = supported()
    assert held == Confinement(held.network, held.network) and held.network.endswith(".")


def test_a_folder_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    held: list[Confinement] = []
    thread = threading.Thread(target=lambda: held.append(confine([str(tmp_path / "nowhere")])))
    thread.start()
    thread.join()
    assert held == [supported()]
