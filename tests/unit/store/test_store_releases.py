"""The audit log in the database: it only grows, and whatever else is done to it shows."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Table, update

from odviz.domain.audit import AuditKind, ChainFault, FaultKind, first_fault, head_of
from odviz.domain.errors import Damaged, InputError
from odviz.store import Store, open_store
from odviz.store.releases import Log
from odviz.store.schema import audit, kept

CONTENT = b"model\0\xff"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def add(store: Store, *payloads: str) -> None:
    for payload in payloads:
        store.add_entry(AuditKind.PROMOTED, lambda _, payload=payload: payload)


def tamper(store: Store, table: Table, condition: Any, **cells: Any) -> None:
    with store._writing() as connection:
        connection.execute(update(table).where(condition).values(**cells))


def test_entries_come_back_in_their_order_and_linked(store: Store) -> None:
    assert store.audit_log() == ()
    seen: list[Log] = []

    def event(log: Log) -> str:
        seen.append(log)
        return f'"{len(log)}"'

    added = tuple(store.add_entry(kind, event) for kind in AuditKind)
    log = store.audit_log()
    assert log == added and seen == [log[:place] for place in range(len(log))]
    assert [entry.kind for entry in log] == [kind.value for kind in AuditKind]
    assert first_fault(log) is None and head_of(log) == added[-1].sha256


def test_what_is_kept_comes_with_its_entry_or_not_at_all(store: Store) -> None:
    def refuse(_: Log) -> str:
        raise InputError("no")

    with pytest.raises(InputError):
        store.add_entry(AuditKind.RELEASED, refuse, {SHA256: CONTENT})
    assert store.audit_log() == () and store.kept_content(SHA256) is None
    for _ in range(2):  # the same file a second time
        store.add_entry(AuditKind.RELEASED, lambda _: "{}", {SHA256: CONTENT})
    assert store.kept_content(SHA256) == CONTENT


@pytest.mark.parametrize(
    ("cell", "value"),
    [("kind", "released"), ("payload", '"a" '), ("previous", "0" * 63 + "1"), ("sha256", "f" * 64), ("sequence", 7)],
)
def test_a_changed_cell_shows_and_nothing_is_added_to_it(store: Store, cell: str, value: object) -> None:
    add(store, '"a"', '"b"', '"c"')
    tamper(store, audit, audit.c.sequence == 2, **{cell: value})
    kind = FaultKind.MISSING if cell == "sequence" else FaultKind.CHANGED
    assert first_fault(store.audit_log()) == ChainFault(kind, 2)
    with pytest.raises(Damaged):
        add(store, '"d"')
    assert len(store.audit_log()) == 3


def test_a_cell_of_another_type_shows_as_changed(sqlite_store: Store) -> None:
    add(sqlite_store, '"a"')
    with sqlite_store._writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET payload = CAST(payload AS BLOB)")
    assert first_fault(sqlite_store.audit_log()) == ChainFault(FaultKind.CHANGED, 1)


def test_a_removed_entry_shows(store: Store) -> None:
    add(store, '"a"', '"b"', '"c"')
    with store._writing() as connection:
        connection.execute(audit.delete().where(audit.c.sequence == 1))
    assert first_fault(store.audit_log()) == ChainFault(FaultKind.MISSING, 1)


def test_changed_bytes_come_back_as_they_are(store: Store) -> None:
    store.add_entry(AuditKind.RELEASED, lambda _: "{}", {SHA256: CONTENT})
    tamper(store, kept, kept.c.sha256 == SHA256, content=CONTENT + b"!")
    assert store.kept_content(SHA256) == CONTENT + b"!"


def test_two_programs_at_once_leave_one_chain(any_url: str) -> None:
    def work(number: int) -> None:
        with open_store(any_url) as mine:
            add(mine, *(f'"{number} {turn}"' for turn in range(5)))

    with open_store(any_url) as store:
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(work, range(3)))
        log = store.audit_log()
    assert first_fault(log) is None and len({entry.payload for entry in log}) == len(log) == 15
