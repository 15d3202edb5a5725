"""One measurement at a time on one machine, whoever starts it."""

from __future__ import annotations

import getpass
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from odviz.domain.codec import from_json, to_json
from odviz.domain.errors import Busy, StoreError

_FOR_ALL_USERS = 0o777


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
        StoreError: the folder of the lease cannot be written.
    """
    folder = _folder()
    lock = FileLock(folder / "measuring.lock", timeout=wait_s, mode=0o666, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(_sentence(_read(folder))) from None
    except OSError as error:
        raise StoreError(
            f"The lease {folder / 'measuring.lock'} cannot be taken ({error.strerror or error}); "
            "ODVIZ_LEASE_DIR names another folder, which all users of this machine should share."
        ) from error
    try:
        _write(folder, Holder(os.getpid(), _user(), what, datetime.now(UTC)))
        yield
    finally:
        with suppress(OSError):
            (folder / "holder.json").unlink(missing_ok=True)
        lock.release()


def _folder() -> Path:
    """A folder that every user may write.

    It lies inside the system's folder for temporary files rather than being that folder, whose sticky bit keeps
    users from opening each other's locks (proc(5): fs.protected_regular).
    """
    folder = Path(os.environ.get("ODVIZ_LEASE_DIR") or Path(tempfile.gettempdir()) / "odviz-lease")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):  # another user's, who opened it already
            folder.chmod(_FOR_ALL_USERS)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the lease cannot be made ({error.strerror}); ODVIZ_LEASE_DIR names another one."
        ) from error
    return folder


def _write(folder: Path, holder: Holder) -> None:
    """Say who holds it, in one step, replacing whatever lies there. A lease that cannot say so still holds."""
    with suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(to_json(holder))
        Path(name).chmod(0o644)
        Path(name).replace(folder / "holder.json")


def _read(folder: Path) -> Holder | None:
    try:
        return from_json(Holder, (folder / "holder.json").read_text("utf-8"))
    except (OSError, ValueError, json.JSONDecodeError):
        return None


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
