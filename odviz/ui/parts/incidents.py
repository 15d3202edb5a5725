"""Incidents on the page Monitor: opened from an alarm, ended by a rollback, or closed with their cause."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.incidents import IncidentRecord, RollbackOffer, incident_records, rollback_offers
from odviz.domain.incident import IncidentCause, IncidentEnd
from odviz.domain.monitoring import MonitorReport
from odviz.report import incident_text, monitor_text, release_text
from odviz.report.markdown import plain
from odviz.services import incidents as service
from odviz.services.release_log import LONGEST_REASON, registry
from odviz.ui import data
from odviz.ui.parts import layout
from odviz.ui.parts.data_table import rows_table
from odviz.ui.parts.release_form import name

_ALARM, _LIST = "incident-alarm", "incident-list"
"""In the session state: what was done just now in these parts, in words."""


def alarm_actions(report: MonitorReport) -> None:
    """Draw where the release of an alarm is in use, and what can be done about it.

    Args:
        report: with alarms.
    """
    _tell_done(_ALARM)
    present = registry(data.store())
    offers = rollback_offers(present, present.find(report.release)) if report.release else ()
    record = next((one for one in incident_records(present.events.values()) if one.is_of(report)), None)
    with st.form("alarm"):
        if report.release:
            st.markdown(f":material/rocket_launch: {plain(incident_text.in_use(report, offers))}")
        who, note = _who_and_note("alarm")
        to = [offer for offer in offers if offer.to]
        cause = _cause("alarm") if to else IncidentCause.UNKNOWN
        with st.container(horizontal=True):
            opens = record is None and st.form_submit_button("Open an incident", icon=":material/flag:")
            chosen = [offer for offer in to if _rollback_button(offer)]
        if record:
            st.caption(f"Incident {record.incident.number} is open for it; it can be closed below.")
    with layout.error_boundary():
        if opens:
            incident = service.open_incident(data.store(), report, who, note)
            _done(_ALARM, f"Incident {incident.number} is open.")
        for offer in chosen:
            _roll_back(report, record, offer, cause, who, note)


def incident_list() -> None:
    """Draw all incidents, and forms to close the open ones; nothing if there are none."""
    _tell_done(_LIST)
    records = service.incidents(data.store())
    if not records:
        return
    st.subheader("Incidents", anchor=False)
    rows_table(incident_text.HEADINGS, incident_text.rows(records), "Incidents, newest first")
    for record in reversed(records):
        if record.closure is None:
            with st.expander(f"Close incident {record.incident.number}", icon=":material/flag:"):
                _closing(record)


def _rollback_button(offer: RollbackOffer) -> bool:
    label = f"Roll {offer.channel} back to {plain(offer.to)}"
    return st.form_submit_button(label, type="primary", icon=":material/undo:", key=f"rollback-{offer.channel}")


def _roll_back(
    report: MonitorReport,
    record: IncidentRecord | None,
    offer: RollbackOffer,
    cause: IncidentCause,
    who: str,
    note: str,
) -> None:
    store = data.store()
    number = record.incident.number if record else service.open_incident(store, report, who, note).number
    with st.spinner("Running the kept file on the test items …"):
        outcome = service.roll_back_incident(store, number, offer.channel, cause, who, note)
    proof = release_text.proof_text(outcome.rollback.proof)
    _done(_ALARM, f"{outcome.release.id} is in {offer.channel} again: {proof}. Incident {number} is closed.")


def _closing(record: IncidentRecord) -> None:
    number = record.incident.number
    for sentence in incident_text.details(record):
        st.markdown(plain(sentence))
    alarms = record.incident.alarms
    rows_table(monitor_text.ALARMS, monitor_text.alarm_rows(alarms), f"Alarms of incident {number}")
    with st.form(f"close-{number}", border=False):
        cause = _cause(f"close-{number}")
        ends = incident_text.ENDS
        end = st.selectbox("How it ended", list(ends), index=None, format_func=ends.__getitem__, key=f"end-{number}")
        who, note = _who_and_note(f"close-{number}")
        closes = st.form_submit_button("Close it", icon=":material/check:")
    if not closes:
        return
    if end is None:
        st.error("Say how it ended.", icon=":material/error:")
        return
    with layout.error_boundary():
        service.close_incident(data.store(), number, cause, IncidentEnd(end), who, note)
        _done(_LIST, f"Incident {number} is closed.")


def _who_and_note(key: str) -> tuple[str, str]:
    left, right = st.columns([1, 2])
    with left:
        who = name(key)
    with right:
        return who, st.text_input("Note", max_chars=LONGEST_REASON, key=f"note-{key}")


def _cause(key: str) -> IncidentCause:
    causes = incident_text.CAUSES
    options, last = list(causes), len(causes) - 1
    return IncidentCause(st.selectbox("Cause", options, last, format_func=causes.__getitem__, key=f"cause-{key}"))


def _done(part: str, words: str) -> None:
    """Draw the page anew, with what was done above the part that did it."""
    st.session_state[part] = words
    st.rerun()


def _tell_done(part: str) -> None:
    if words := st.session_state.pop(part, ""):
        st.success(plain(words), icon=":material/check:")
