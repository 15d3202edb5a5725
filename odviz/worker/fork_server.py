"""The process that workers are forked from: `python -m odviz.worker.fork_server SOCKET PARENT [modules]`.

It imports modules once for all of them, and never a runtime's library or a model file: those are loaded by the workers,
after they have isolated themselves. It must not have a second thread, because a fork copies only the one that forks.

Each message has one reply::

    parent → server    {"type": "fork", "settings": {…}, …}, and three descriptors    a Fork
    server → parent    12345                                                          the worker's process id, or minus
                                                                                      the number of an error
    parent → server    {"type": "reap", "pid": 12345}                                 a Reap, when the worker has ended
    server → parent    -9                                                             as subprocess.Popen.returncode
"""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from odviz.serialization import from_json
from odviz.worker.isolation import die_with_parent
from odviz.worker.protocol import WorkerSettings
from odviz.worker.run import prepare_imports, run

STANDARD = 3
"""Descriptors of a worker: its input, its output and where errors go."""

MESSAGE_BYTES = 1 << 16


class Fork(Struct, frozen=True, tag="fork"):
    """Fork a worker.

    Attributes:
        settings: of the worker; its parent is the server.
        temporary: folder of its temporary files.
    """

    settings: WorkerSettings
    temporary: str


class Reap(Struct, frozen=True, tag="reap"):
    """Report how a worker ended, and forget it. Until then its process id belongs to nobody else.

    Attributes:
        pid: its process id.
    """

    pid: int


def serve_forks(channel: socket.socket) -> None:
    """Answer messages until the parent closes its end."""
    server = os.getpid()
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, STANDARD, socket.MSG_CMSG_CLOEXEC)
        if not message:
            return
        request: Fork | Reap = from_json(Fork | Reap, message)  # type: ignore[arg-type]
        match request:
            case Fork():
                reply = _fork()
                if not reply:
                    channel.close()
                    _become_worker(request, descriptors, server)
                for descriptor in descriptors:
                    os.close(descriptor)
            case Reap(pid):
                reply = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        channel.send(str(reply).encode())


def _fork() -> int:
    """Fork a process into a group of its own, so that it can be killed with all that it starts."""
    try:
        pid = os.fork()
        if pid:
            os.setpgid(pid, pid)
    except OSError as error:
        return -(error.errno or errno.EAGAIN)
    return pid


def _become_worker(request: Fork, descriptors: list[int], server: int) -> None:
    """Handle requests in a forked process, and end it."""
    code = 1
    try:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ["TMPDIR"] = request.temporary
        run(replace(request.settings, parent=server))
        code = 0
    except BaseException:  # it must not go on as a second server
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    """Import the modules, then fork workers until the parent closes the socket."""
    number, parent, *modules = sys.argv[1:]
    die_with_parent(int(parent))
    prepare_imports()
    for module in modules:
        with suppress(ImportError):  # the worker that needs it says why
            import_module(module)
    gc.freeze()  # a collection in a worker would copy the pages of all these objects
    with socket.socket(fileno=int(number)) as channel:
        serve_forks(channel)


if __name__ == "__main__":
    main()
