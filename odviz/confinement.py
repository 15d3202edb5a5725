"""Confinement of a process that reads a person's files: no network, and writing in given folders only (Linux).

Two facilities of the kernel that need no rights of an administrator and hold for the process and all that it starts:

- seccomp: a filter refuses to make sockets, by `socket` and by io_uring. A socket pair is allowed: it reaches no one.
- Landlock, from Linux 6.2: writing, creating, renaming and removing are refused outside the folders. Reading is not.

Numbers and layouts are those of the kernel's headers linux/seccomp.h, linux/filter.h, linux/audit.h and
linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _SPEC_ALLOW = 1, 1 << 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets in `struct seccomp_data`."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_OTHER_ABI = 0x40000000
"""Where the numbers of x32 begin, by which the same calls can be made on x86-64."""
_IO_URING_SETUP = 425
_CALLS = {"x86_64": (0xC000003E, 317, 41), "aarch64": (0xC00000B7, 277, 198)}
"""By processor: its number for audits, and those of the calls `seccomp` and `socket`."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _BENEATH = 1, 1
_LEAST_VERSION = 3
"""Of Landlock: the first that refuses to cut files, too. Moving files between folders comes with version 2."""
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_WRITE = _WRITE_FILE | _TRUNCATE | sum(1 << bit for bit in range(4, 14))
"""Writing and cutting files; making, removing and moving files, folders, links, pipes, sockets and devices."""
_OWN_FILES = ("/proc/self", "/dev/null")
"""What a process may write to without any effect on others: names of its threads, the peak of its memory."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the system makes impossible; the reason for what it does not.

    Attributes:
        network: why the network can still be reached; empty if it cannot.
        files: why other folders can still be written to; empty if they cannot.
    """

    network: str
    files: str


def confine(folders: Iterable[str]) -> Confinement:
    """Give up the network and writing outside the folders, for the calling thread and all that it starts.

    Args:
        folders: that stay writable; those that do not exist are left out.
    """
    reason = _unsupported()
    if reason:
        return Confinement(reason, reason)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # without it both need rights of an administrator
    return Confinement(_refuse_sockets(), _refuse_writing(folders))


def supported() -> Confinement:
    """What `confine` does here, tried in a thread that ends."""
    tried: list[Confinement] = []
    thread = threading.Thread(target=lambda: tried.append(confine(())))
    thread.start()
    thread.join()
    return tried[0]


def _unsupported() -> str:
    if sys.platform != "linux":
        return "Only Linux has what odviz uses for this."
    if os.uname().machine not in _CALLS or sys.maxsize < 1 << 32:
        return f"odviz does not know the numbers of system calls of this processor ({os.uname().machine})."
    return ""


def _refuse_sockets() -> str:
    architecture, seccomp, socket = _CALLS[os.uname().machine]
    # Each jump skips so many instructions if true, so many if not; the last instruction refuses.
    program = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 3, 0, _OTHER_ABI),
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, _IO_URING_SETUP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    described = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(instructions)))
    # Without this flag a filter before Linux 5.16 makes all code slower, by a precaution against speculation.
    return _reason("seccomp", _call(seccomp, _SET_MODE_FILTER, _SPEC_ALLOW, ctypes.addressof(described)))


def _refuse_writing(folders: Iterable[str]) -> str:
    version = _call(_CREATE_RULESET, 0, 0, _VERSION)
    if version < _LEAST_VERSION:
        return _reason("Landlock", version) or "Landlock of this kernel is older than that of Linux 6.2."
    handled = ctypes.create_string_buffer(struct.pack("Q", _WRITE))
    rules = _call(_CREATE_RULESET, ctypes.addressof(handled), 8, 0)
    if rules < 0:
        return _reason("Landlock", rules)
    for path in (*_OWN_FILES, *folders):
        try:
            # Never closed: entries of /proc that nothing holds are made anew, and rules would not know the new ones.
            place = os.open(path, os.O_PATH)
        except OSError:
            continue
        access = _WRITE if stat.S_ISDIR(os.fstat(place).st_mode) else _WRITE_FILE | _TRUNCATE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, place))
        _call(_ADD_RULE, rules, _BENEATH, ctypes.addressof(rule), 0)
    restricted = _call(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return _reason("Landlock", restricted)


def _call(number: int, *arguments: int) -> int:
    """Result of a system call; minus the number of its error."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(*(ctypes.c_long(value) for value in (number, *arguments))))
    return result if result >= 0 else -ctypes.get_errno()


def _reason(facility: str, result: int) -> str:
    """Why a call failed; empty if it did not."""
    return f"{facility} is not available here: {os.strerror(-result)}." if result < 0 else ""
