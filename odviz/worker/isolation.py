"""How a child keeps to itself: private pipes, limits, and an end that follows its parent's."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import BinaryIO

from odviz.worker.protocol import Settings

_PR_SET_PDEATHSIG = 1
_WATCH_S = 1.0


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take stdin and stdout away from everything else in this process.

    Afterwards descriptor 0 is empty and descriptor 1 is stderr, for Python and for native code alike.

    Returns:
        Requests to read, answers to write (unbuffered).
    """
    requests, answers = os.dup(0), os.dup(1)  # not inheritable
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb", buffering=0)


def die_with_parent(parent: int) -> None:
    """End this process when `parent` ends, even while native code runs.

    Linux signals the death of the *thread* that started us, so a parent must start children from one that stays
    (odviz.execution.child does). Elsewhere a thread looks once a second. End of input, which ends an idle child, comes
    on top of both.
    """
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os._exit(1)


def limit(settings: Settings) -> None:
    """Apply the limits, where the system has them; a limit that is already lower stays. No core files are written."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        resource.RLIMIT_AS: settings.memory_bytes,
        resource.RLIMIT_FSIZE: settings.file_bytes,
        resource.RLIMIT_NOFILE: settings.open_files,
    }
    for kind, value in wanted.items():
        _, highest = resource.getrlimit(kind)
        if value and (highest == resource.RLIM_INFINITY or value < highest):
            resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
