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
from odviz.serialization import from_json, to_json

_LOCK = "measuring.lock"
_FOR_ALL_USERS = 0o1777
_OPEN = stat.S_ISVTX | stat.S_IWOTH | stat.S_IXOTH
"""What another user's folder must be for everybody to share it."""
_ANOTHER = "another folder in ODVIZ_LEASE_DIR, which all users of this machine should share."
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_MOST = 10_000
"""Bytes of a note that are read."""
_LONGEST = 100
"""Characters of somebody's words that are repeated."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the machine.

    Attributes:
        pid: their process.
        user: their name.
        what: what they are measuring.
        since: when they began (UTC).
    """

    pid: int
    user: str
    what: str
    since: datetime


@contextmanager
def lease(what: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the machine while the body runs; the system takes it back from a process that dies.

    Args:
        what: for the message others get ("benchmark 3f2a").
        wait_s: how long to wait for somebody else to finish.

    Raises:
        Busy: somebody else has it, with who and since when.
        StoreError: the folder of the lease cannot be used, with what to do.
    """
    folder = _folder()
    lock = FileLock(folder / _LOCK, timeout=wait_s, mode=0o666, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(_sentence(_read(folder))) from None
    except OSError as error:
        raise StoreError(
            f"The lease {folder / _LOCK} cannot be taken ({error.strerror or error}). Name {_ANOTHER}"
        ) from error
    try:
        with suppress(OSError):
            os.utime(folder / _LOCK)  # what cleans up after days would take it for forgotten
        _write(folder, Holder(os.getpid(), _user(), what, datetime.now(UTC)))
        yield
    finally:
        with suppress(OSError):
            _own(folder).unlink(missing_ok=True)
        lock.release()


def _folder() -> Path:
    """The folder that all users of this machine share; made if it is not there.

    Every user may write into it, and nobody may take away what is another's (the sticky bit): neither the lock while
    somebody holds it, nor a note.

    Raises:
        StoreError: it cannot be made, or is not what odviz makes.
    """
    folder = Path(os.environ.get("ODVIZ_LEASE_DIR") or Path(tempfile.gettempdir()) / "odviz-lease")
    try:
        if not os.path.lexists(folder):
            _make(folder)
        wrong = _wrong(folder, folder.lstat())
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the lease cannot be made ({error.strerror}). Name {_ANOTHER}"
        ) from error
    if wrong:
        raise StoreError(f"The folder {folder} for the lease {wrong}, or name {_ANOTHER}")
    return folder


def _make(folder: Path) -> None:
    """Make it with its lock, in one step: who comes at the same moment finds all of it or nothing.

    The lock must be of the folder's owner: in a sticky folder Linux (proc(5): fs.protected_regular) and filelock keep
    users from each other's files, but not from those.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".odviz-lease-", dir=folder.parent))  # only this user may enter it as yet
    try:
        (new / _LOCK).touch()
        (new / _LOCK).chmod(0o666)
        new.chmod(_FOR_ALL_USERS)
        new.rename(folder)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not os.path.lexists(folder):  # else somebody was faster
            raise


def _wrong(folder: Path, found: os.stat_result) -> str:
    """Why a folder is not to be trusted, as the end of a sentence; empty if it is.

    One's own may be as it likes, and so may the administrator's. Another user's is used as odviz makes it, never
    changed: whoever follows a link, or opens a folder to all, may give away what is somebody's own.
    """
    if stat.S_ISLNK(found.st_mode):
        return "is a link, which odviz does not follow: remove it"
    if not stat.S_ISDIR(found.st_mode):
        return "is none: remove it"
    if os.name != "posix" or found.st_uid == os.geteuid():
        return ""
    if found.st_uid and found.st_mode & _OPEN != _OPEN:
        return "belongs to another user, who has not opened it to all (mode 1777): have it removed"
    if found.st_mode & stat.S_ISVTX and not (folder / _LOCK).exists():
        return f"belongs to another user and has lost its {_LOCK}: have it removed"
    return ""


def _own(folder: Path) -> Path:
    """Where this user says that they hold it: a note that another user left when their process was killed stays."""
    return folder / f"holder-{os.geteuid() if os.name == 'posix' else 0}.json"


def _write(folder: Path, holder: Holder) -> None:
    """Say who holds it, in one step, replacing whatever lies there. A lease that cannot say so still holds."""
    with suppress(OSError), atomic_write(_own(folder)) as file:
        file.write(to_json(holder).encode())
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o644)


def _read(folder: Path) -> Holder | None:
    """Who holds it: whose note is the newest. Anybody may have written it, so that it is read with care."""
    try:
        newest = max(folder.glob("holder-*.json"), key=lambda note: note.lstat().st_mtime)
        # Neither a link to somewhere else nor a pipe that never ends.
        with os.fdopen(os.open(newest, os.O_RDONLY | _AS_IT_IS), "rb") as file:
            found = from_json(Holder, file.read(_MOST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return replace(found, user=_printable(found.user), what=_printable(found.what))


def _printable(text: str) -> str:
    """Somebody's words in a sentence: nothing that a terminal would obey."""
    return "".join(filter(str.isprintable, text))[:_LONGEST]


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
    except (OSError, KeyError):  # a user id without a name, as in containers
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"
