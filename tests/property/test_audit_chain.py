"""The hash chain of the audit log: whatever is done to it shows at the first entry that it touches."""

import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odviz.domain.audit import GENESIS, AuditEntry, AuditKind, ChainFault, FaultKind, first_fault, head_of, next_entry

CELLS = [field.name for field in fields(AuditEntry)]
payloads = st.lists(st.tuples(st.sampled_from(AuditKind), st.text(max_size=20)), min_size=2, max_size=8)


def log_of(events):
    entries = []
    for kind, payload in events:
        entries.append(next_entry(entries[-1] if entries else None, kind, payload))
    return entries


logs = payloads.map(log_of)


@given(logs)
def test_a_log_that_nobody_touched_has_no_fault(log):
    assert first_fault(log) is None
    assert all(first_fault(log, one.sha256) is None for one in log)
    assert head_of(log) == log[-1].sha256


@given(logs, st.data())
def test_any_changed_character_of_any_cell_is_found_at_its_entry(log, data):
    place = data.draw(st.integers(0, len(log) - 1))
    cell = data.draw(st.sampled_from([name for name in CELLS if name != "sequence"]))
    text = getattr(log[place], cell)
    at = data.draw(st.integers(0, len(text)))
    inserted = data.draw(st.characters())
    changed = text[:at] + inserted + text[at + data.draw(st.sampled_from([0, 1])) :]
    if changed == text:
        return
    log[place] = replace(log[place], **{cell: changed})
    assert first_fault(log) == ChainFault(FaultKind.CHANGED, place + 1)


@given(logs, st.data())
def test_a_missing_entry_is_found(log, data):
    place = data.draw(st.integers(0, len(log) - 2))
    del log[place]
    assert first_fault(log) == ChainFault(FaultKind.MISSING, place + 1)


@given(logs, st.data())
def test_entries_in_another_order_are_found(log, data):
    order = data.draw(st.permutations(range(len(log))))
    if order == list(range(len(log))):
        return
    first = next(place for place, number in enumerate(order) if place != number)
    assert first_fault([log[number] for number in order]) == ChainFault(FaultKind.OUT_OF_ORDER, first + 1)


@given(logs, st.data())
def test_an_entry_that_was_exchanged_and_hashed_anew_is_found_at_the_next(log, data):
    place = data.draw(st.integers(0, len(log) - 2))
    other = replace(log[place], payload=log[place].payload + "!")
    log[place] = replace(other, sha256=other.digest)
    assert first_fault(log) == ChainFault(FaultKind.UNLINKED, place + 2)


@given(logs, payloads)
def test_only_a_head_that_was_noted_shows_a_cut_end_or_a_new_log(log, other):
    noted = head_of(log)
    assert first_fault(log[:-1]) is None
    assert first_fault(log[:-1], noted) == ChainFault(FaultKind.HEAD_UNKNOWN, len(log) - 1)
    rewritten = log_of([(AuditKind.RELEASED, "forged"), *other])
    assert first_fault(rewritten) is None
    assert first_fault(rewritten, noted[:16]) == ChainFault(FaultKind.HEAD_UNKNOWN, len(rewritten))


def test_an_empty_log_has_no_fault_unless_something_was_noted():
    assert first_fault([]) is None and first_fault([], GENESIS) is None
    assert first_fault([], "ab" * 32) == ChainFault(FaultKind.HEAD_UNKNOWN, 0)


@pytest.mark.parametrize("payload", ["{}", "ü \u202e \ud800", '"\\'])
def test_the_hash_is_that_of_a_json_list_which_anybody_can_compute(payload):
    entry = next_entry(None, AuditKind.RELEASED, payload)
    text = '[1,"released",' + json.dumps(payload) + ',"' + "0" * 64 + '"]'
    assert entry.sha256 == hashlib.sha256(text.encode("ascii")).hexdigest()
