"""What is kept of releases: the audit log, the files, and the check of both."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from odviz.analysis.releases import ReleaseRegistry, read_registry
from odviz.domain.audit import AuditEntry
from odviz.domain.errors import Damaged, InputError, IntegrityError
from odviz.domain.release import Channel, KeptContent, Release
from odviz.domain.rights import Right
from odviz.domain.text import quoted
from odviz.library.rights import require
from odviz.services.archive import zipped
from odviz.store import Store

LONGEST_NAME, LONGEST_REASON = 100, 2000
"""Characters of who did something, and of why."""


def registry(store: Store) -> ReleaseRegistry:
    """What is released and in use.

    Raises:
        Damaged: an entry of the log has its hash, and cannot be read.
    """
    return read_log(store.audit_log())


def read_log(log: tuple[AuditEntry, ...], head: str = "") -> ReleaseRegistry:
    """What a log says; see `read_registry`.

    Raises:
        Damaged: an entry has its hash, and cannot be read.
    """
    try:
        return read_registry(log, head)
    except ValueError as error:
        raise Damaged(f"The audit log of releases cannot be read: {error}.") from error


def require_in_use(present: ReleaseRegistry, task: str, channel: Channel, release: Release | None) -> None:
    """Refuse a decision that was made about another state of a channel.

    Raises:
        InputError: another release is in use there now.
    """
    if present.in_use(task, channel) != release:
        raise InputError(f"Another release came to {channel} of {quoted(task)} meanwhile: look again, and decide anew.")


def kept_files(store: Store, release: Release) -> dict[str, bytes]:
    """The files of a released model by name, the main one first.

    Raises:
        Forbidden: this session gets no files.
        IntegrityError: one is missing, or its bytes are not those that were released.
    """
    require(Right.CHANGE)
    return {one.name: kept_bytes(store, one) for one in release.files}


def released_file(store: Store, release: Release) -> tuple[str, bytes]:
    """Name and bytes of a released model as one file; an archive where the format keeps it in several.

    Raises:
        IntegrityError: see `kept_files`.
    """
    files = kept_files(store, release)
    if len(files) > 1:
        return f"{Path(release.files[0].name).stem}.zip", zipped(files)
    return next(iter(files.items()))


def kept_bytes(store: Store, content: KeptContent) -> bytes:
    """What is kept, if it has its sha256.

    Raises:
        IntegrityError: it is missing, or was changed.
    """
    kept = store.kept_content(content.sha256)
    if kept is None or sha256_of(kept) != content.sha256:
        state = "is missing" if kept is None else "was changed since it was released"
        raise IntegrityError(f"{content.name} {state}: restore a copy of the database {store.where}.")
    return kept


@dataclass(frozen=True, slots=True)
class ReleaseCheck:
    """What a check of the audit log and of everything that is kept found.

    Attributes:
        registry: the log.
        faulty: what is missing or changed of the releases, by id of the release.
    """

    registry: ReleaseRegistry
    faulty: Mapping[str, tuple[KeptContent, ...]]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.registry.fault is None and not self.faulty


def verify(store: Store, head: str = "") -> ReleaseCheck:
    """Check the audit log, and the sha256 of everything that is kept with the releases in it.

    Args:
        store: the database.
        head: hash of an entry that was noted elsewhere, or at least 8 digits of it; empty if none was.

    Raises:
        InputError: the head is no beginning of a sha256.
    """
    if head and (len(head) not in range(8, 65) or set(head) - set("0123456789abcdef")):
        raise InputError(f"{quoted(head)} is not the hash of an entry: 8 to 64 digits from 0 to f.")
    checked_registry = read_log(store.audit_log(), head)
    faulty = {}
    for release in checked_registry.releases:
        if wrong := tuple(one for one in release.kept if not _intact(store, one)):
            faulty[release.id] = wrong
    return ReleaseCheck(checked_registry, faulty)


def login_name() -> str:
    """Name under which this user is logged in; empty if the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def named(who: str) -> str:
    """Who does something, as they typed it.

    Raises:
        InputError: nobody is named, or at great length.
    """
    return _words(who, "Who does it", LONGEST_NAME)


def reasoned(why: str) -> str:
    """Why something is done, as it was typed.

    Raises:
        InputError: nothing is said, or too much.
    """
    return _words(why, "The reason", LONGEST_REASON)


def sha256_of(content: bytes) -> str:
    """The sha256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def _intact(store: Store, content: KeptContent) -> bool:
    try:
        kept_bytes(store, content)
    except (IntegrityError, Damaged):
        return False
    return True


def _words(text: str, what: str, longest: int) -> str:
    """Text that a person typed, without spaces around it.

    Raises:
        InputError: it is empty or too long.
    """
    text = text.strip()
    if not 0 < len(text) <= longest:
        raise InputError(f"{what} must be said, in at most {longest} characters.")
    return text
