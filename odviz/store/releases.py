"""The audit log of releases, which only grows, and the bytes that are kept with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select

from odviz.domain.audit import AuditEntry, AuditKind, first_fault, next_entry
from odviz.domain.errors import Damaged
from odviz.store.base import Connected
from odviz.store.schema import audit, kept

Log = tuple[AuditEntry, ...]


class Releases(Connected):
    """The part of the store that holds what was released, and every change of what is in use."""

    def audit_log(self) -> Log:
        """All entries in their order, whether or not they are as they were written."""
        with self._reading() as connection:
            return _entries(connection)

    def add_entry(
        self, kind: AuditKind, event: Callable[[Log], str], contents: Mapping[str, bytes] | None = None
    ) -> AuditEntry:
        """Add an entry to the audit log, in one transaction.

        Args:
            kind: what it records.
            event: its payload for the log as it is then; whatever it raises leaves everything as it was.
            contents: bytes to keep, by their sha256.

        Raises:
            Damaged: an entry was changed or removed.
        """
        with self._writing() as connection:
            entries = _entries(connection)
            if fault := first_fault(entries):
                raise Damaged(
                    f"In the database {self.where}, entry {fault.sequence} of the audit log is {fault.kind}: nothing "
                    "is added to it. `odviz releases verify` says more; restore a copy of the database."
                )
            entry = next_entry(entries[-1] if entries else None, kind, event(entries))
            connection.execute(audit.insert().values(**asdict(entry)))
            for sha256, content in (contents or {}).items():
                connection.execute(kept.delete().where(kept.c.sha256 == sha256))
                connection.execute(kept.insert().values(sha256=sha256, content=content))
            return entry

    def kept_content(self, sha256: str) -> bytes | None:
        """Bytes that are kept under a sha256, whether or not they still have it; None if there are none.

        Raises:
            Damaged: they are no bytes.
        """
        with self._reading() as connection, self._raising_damaged(f"the kept file {sha256[:12]}…"):
            content = connection.scalar(select(kept.c.content).where(kept.c.sha256 == sha256))
            return None if content is None else bytes(content)


def _entries(connection: Connection) -> Log:
    return tuple(map(_entry, connection.execute(select(audit).order_by(audit.c.sequence))))


def _entry(row: Row[Any]) -> AuditEntry:
    """A cell of another type than its column is written out, so that it shows as changed."""
    texts = {name: cell if isinstance(cell, str) else repr(cell) for name, cell in row._mapping.items()}
    return AuditEntry(**{**texts, "sequence": row.sequence})
