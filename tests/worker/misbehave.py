"""A real worker that handles `Act` as a bad runtime would.

python misbehave.py WORD SETTINGS; or python misbehave.py fork SOCKET PARENT: a fork server of such workers.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from odviz.worker import fork_server, protocol
from odviz.worker.request import Request


class Act(Request[dict[str, Any]], frozen=True):
    """Do what the worker was started for.

    Attributes:
        word: what to do in a worker that was forked.
    """

    word: str = ""


def noise() -> dict[str, object]:
    libc = ctypes.CDLL(None)
    for _ in range(100):
        os.write(1, b'{"type": "reply", "reply": {"false": true}}\n')
        libc.puts(b"more of it, from C")
        print("and from Python")
    libc.fflush(None)
    return {"truth": 1}


def flood() -> dict[str, object]:
    for _ in range(200):
        os.write(2, b"x" * 65536)
    os.write(2, b"the end")
    return {}


def hang() -> dict[str, object]:
    """Natively, holding the interpreter's lock: no thread of this process can run. Says so by a file first."""
    if "HANGING" in os.environ:
        Path(os.environ["HANGING"]).touch()
    ctypes.PyDLL(None).sleep(1000)
    return {}


def family(born: list[int] = []) -> dict[str, object]:  # noqa: B006 - remembers between requests
    """A process of its own the first time, a hang after that."""
    if born:
        return hang()
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], stdout=subprocess.DEVNULL)
    born.append(grandchild.pid)
    return {"grandchild": grandchild.pid}


def segv() -> dict[str, object]:
    ctypes.string_at(0)
    return {}


def abort() -> dict[str, object]:
    ctypes.CDLL(None).abort()
    return {}


def bad_alloc() -> dict[str, object]:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    return abort()


def leave() -> dict[str, object]:
    os._exit(3)


def greed() -> dict[str, object]:
    return {"got": len(bytes(64 << 30))}


def full() -> dict[str, object]:
    Path("/dev/full").write_bytes(b"x")
    return {}


def about() -> dict[str, object]:
    import resource

    limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in ("AS", "FSIZE", "NOFILE")}
    return {
        "limits": limits,
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "omp": os.environ["OMP_NUM_THREADS"],
        "group": os.getpgid(0),
        "stdin": str(Path("/proc/self/fd/0").readlink()),
    }


def litter() -> dict[str, object]:
    """A temporary file that it does not remove."""
    path = Path(tempfile.gettempdir()) / "left"
    path.touch()
    return {"path": str(path), "mode": path.stat().st_mode}


def imports() -> dict[str, object]:
    """The modules that this process has imported, and those of them that are not executed yet."""
    lazy = [name for name, module in sys.modules.items() if type(module).__name__ == "_LazyModule"]
    return {"modules": list(sys.modules), "lazy": lazy}


def escape() -> dict[str, object]:
    """What becomes of each way out: "done", or the number of the error; the ways to stay in come last."""
    outside, inside = Path(os.environ["OUTSIDE"]), Path(os.environ["INSIDE"])
    kept, own = outside / "kept", Path(tempfile.gettempdir()) / "own"
    ways = {
        "loopback": lambda: socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 5),
        "another computer": lambda: socket.create_connection(("192.0.2.1", 443), 5),
        "datagram": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        "local socket": lambda: socket.socket(socket.AF_UNIX),
        "io_uring": _io_uring,
        "create": lambda: (outside / "new").write_bytes(b"x"),
        "overwrite": lambda: kept.write_bytes(b"x"),
        "cut": lambda: os.truncate(kept, 0),
        "remove": kept.unlink,
        "make a folder": (outside / "folder").mkdir,
        "link": lambda: (outside / "link").symlink_to("/"),
        "move out": lambda: inside.joinpath("given").rename(outside / "moved"),
        "through a link": lambda: (inside / "way out" / "new").write_bytes(b"x"),
        "into the parent": lambda: os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR),
        "read": kept.read_bytes,
        "socket pair": socket.socketpair,
        "temporary file": lambda: own.write_bytes(b"x"),
        "given folder": lambda: (inside / "new").write_bytes(b"x"),
        "move within": lambda: (inside / "new").rename(inside / "sub" / "new"),
        "reset the peak of memory": lambda: Path("/proc/self/clear_refs").write_text("5"),
    }
    return {name: _outcome(way) for name, way in ways.items()}


def _outcome(way: Callable[[], object]) -> object:
    try:
        way()
    except OSError as error:
        return error.errno
    return "done"


def _io_uring() -> None:
    if ctypes.CDLL(None, use_errno=True).syscall(425, 1, ctypes.create_string_buffer(120)) < 0:
        raise OSError(ctypes.get_errno(), "io_uring_setup")


def environment() -> dict[str, object]:
    """The names of the environment's variables."""
    return {"names": list(os.environ)}


def install(word: str) -> None:
    protocol.AnyRequest = protocol.AnyRequest | Act  # type: ignore[misc]
    handler = types.ModuleType(f"odviz.worker.handlers.{Act.handler()}")
    handler.handle = lambda request, worker: globals()[request.word or word]()  # type: ignore[attr-defined]
    sys.modules[handler.__name__] = handler


if __name__ == "__main__":
    word = sys.argv.pop(1)
    install(word)
    if word == "fork":
        fork_server.main()
    else:
        runpy.run_module("odviz.worker", run_name="__main__")
