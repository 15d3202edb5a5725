"""One measurement at a time on one machine, whoever starts it."""

from __future__ import annotations

import getpass
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from odviz.domain.errors import Busy, StoreError
from odviz.library.files import atomic_write
from odviz.library.scratch import temporary_files_refused
from odviz.serialization import from_json, to_json

_LOCK = "measuring.lock"
_FOR_ALL_USERS = 0o1777
_OPEN = stat.S_ISVTX | stat.S_IWOTH | stat.S_IXOTH
"""Mode bits that another user's folder needs to be shared."""
_ELSEWHERE = "another folder in ODVIZ_LEASE_DIR, which all users of this machine should share."
_NO_LINK_OR_PIPE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NOTE_BYTES = 10_000
"""Longest note that is read."""
_SHOWN_CHARACTERS = 100
"""Longest text of a note that is shown."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the machine.

    Attributes:
        pid: its process id.
        user: name of its user.
        what: what it measures ("benchmark 3f2a"); the key of older notes, which other versions read.
        since: when it took the lease (UTC).
    """

    pid: int
    user: str
    what: str
    since: datetime


@contextmanager
def lease(purpose: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the machine while the body runs; the system releases the lease of a process that dies.

    Args:
        purpose: shown to other processes ("benchmark 3f2a").
        wait_s: how long to wait for the holder to finish.

    Raises:
        Busy: another process holds it; the message names the process, its user and its start.
        StoreError: the folder of the lease cannot be used; the message has the remedy.
    """
    folder = _folder()
    lock = FileLock(folder / _LOCK, timeout=wait_s, mode=0o666, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(_sentence(_read(folder))) from None
    except OSError as error:
        raise StoreError(
            f"The lease {folder / _LOCK} cannot be taken ({error.strerror or error}). Name {_ELSEWHERE}"
        ) from error
    try:
        with suppress(OSError):
            os.utime(folder / _LOCK)  # programs that clean up old files leave it alone
        _write(folder, Holder(os.getpid(), _user(), purpose, datetime.now(UTC)))
        yield
    finally:
        with suppress(OSError):
            _own(folder).unlink(missing_ok=True)
        lock.release()


def _folder() -> Path:
    """The folder that all users of this machine share; created if it does not exist.

    Every user may write into it, and only the owner of a file may remove it (the sticky bit): neither a lock that is
    held nor a note disappears.

    Raises:
        StoreError: it cannot be created, or another user may misuse it.
    """
    try:
        folder = Path(os.environ.get("ODVIZ_LEASE_DIR") or Path(tempfile.gettempdir()) / "odviz-lease")
    except OSError as error:
        raise temporary_files_refused(error) from error
    try:
        if not os.path.lexists(folder):
            _make(folder)
        problem = _problem(folder, folder.lstat())
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the lease cannot be made ({error.strerror}). Name {_ELSEWHERE}"
        ) from error
    if problem:
        raise StoreError(f"The folder {folder} for the lease {problem}, or name {_ELSEWHERE}")
    return folder


def _make(folder: Path) -> None:
    """Create the folder with its lock in one step, so that no other process sees it half made.

    The lock must belong to the folder's owner: in a sticky folder, Linux (proc(5): fs.protected_regular) and filelock
    refuse files of any other user.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(
        tempfile.mkdtemp(prefix=".odviz-lease-", dir=folder.parent)
    )  # open to this user only until it is complete
    try:
        (new / _LOCK).touch()
        (new / _LOCK).chmod(0o666)
        new.chmod(_FOR_ALL_USERS)
        new.rename(folder)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not os.path.lexists(folder):  # else another process was faster
            raise


def _problem(folder: Path, status: os.stat_result) -> str:
    """Why a folder cannot be trusted, as the end of a sentence; empty if it can.

    A folder of this user or of the administrator may have any mode. Another user's must have the mode that odviz gives
    it, and is never changed: following a link or opening a folder to all could expose private files.
    """
    if stat.S_ISLNK(status.st_mode):
        return "is a link, which odviz does not follow: remove it"
    if not stat.S_ISDIR(status.st_mode):
        return "is not a folder: remove it"
    if os.name != "posix" or status.st_uid == os.geteuid():
        return ""
    if status.st_uid and status.st_mode & _OPEN != _OPEN:
        return "belongs to another user, and is not open to all (mode 1777): have it removed"
    if status.st_mode & stat.S_ISVTX and not (folder / _LOCK).exists():
        return f"belongs to another user and has lost its {_LOCK}: have it removed"
    return ""


def _own(folder: Path) -> Path:
    """The note of this user; one per user, because nobody may remove the note that a killed process left."""
    return folder / f"holder-{os.geteuid() if os.name == 'posix' else 0}.json"


def _write(folder: Path, holder: Holder) -> None:
    """Write the note in one step; the lease holds even if it cannot be written."""
    with suppress(OSError), atomic_write(_own(folder)) as file:
        file.write(to_json(holder).encode())
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o644)


def _read(folder: Path) -> Holder | None:
    """The holder by the newest note, which any user may have written: read with care."""
    try:
        newest = max(folder.glob("holder-*.json"), key=lambda note: note.lstat().st_mtime)
        # A link is not followed, and a pipe does not block.
        with os.fdopen(os.open(newest, os.O_RDONLY | _NO_LINK_OR_PIPE), "rb") as file:
            holder = from_json(Holder, file.read(_NOTE_BYTES).decode("utf-8"))
    except (OSError, ValueError):
        return None
    return replace(holder, user=_printable(holder.user), what=_printable(holder.what))


def _printable(text: str) -> str:
    """A foreign text without control characters, which a terminal would obey."""
    return "".join(filter(str.isprintable, text))[:_SHOWN_CHARACTERS]


def _sentence(holder: Holder | None) -> str:
    if holder is None:
        return "Another odviz is measuring on this machine; two at once would disturb each other. Try again later."
    return (
        f"Another odviz is measuring on this machine: {holder.what} (process {holder.pid} of {holder.user}, since "
        f"{holder.since:%Y-%m-%d %H:%M} UTC). Two at once would disturb each other: wait for it, or cancel it."
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in containers
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"
