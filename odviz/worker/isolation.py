"""Isolation of a worker: private pipes, limits, and an end with its parent's."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import BinaryIO

from odviz.worker.protocol import WorkerSettings

_PR_SET_PDEATHSIG = 1
_WATCH_S = 1.0


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move stdin and stdout to descriptors that no other code of this process uses.

    Afterwards descriptor 0 is empty and descriptor 1 is stderr, for Python and for native code alike.

    Returns:
        Requests to read, replies to write (unbuffered).
    """
    requests, replies = os.dup(0), os.dup(1)  # not inheritable
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb", buffering=0)


def die_with_parent(parent: int) -> None:
    """End this process when `parent` ends, even while native code runs.

    Linux signals the death of the *thread* that started this process, so a parent must start children from a permanent
    thread, as odviz.execution.child does. Elsewhere a thread polls once a second. The end of its input ends an idle
    child in any case.
    """
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it died before the call above
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os._exit(1)


def limit(settings: WorkerSettings) -> None:
    """Apply the limits, where the system has them; a limit that is already lower stays. No core files are written."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_AS: settings.memory_bytes,
        resource.RLIMIT_FSIZE: settings.file_bytes,
        resource.RLIMIT_NOFILE: settings.open_files,
    }
    for kind, value in limits.items():
        _, highest = resource.getrlimit(kind)
        if value and (highest == resource.RLIM_INFINITY or value < highest):
            resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
