"""`odviz incidents`: lists incidents, closes them with cause and end, and rolls releases back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import click

from odviz.analysis.incidents import IncidentRecord
from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.types import TEXT, Whole
from odviz.domain.incident import IncidentCause, IncidentEnd
from odviz.domain.release import Channel, ProofKind
from odviz.report import incident_text, monitor_text, release_text
from odviz.services import incidents as service
from odviz.services.release_log import login_name
from odviz.store import Store


def _one_of(values: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([value.value for value in values])


_number = click.argument("number", type=Whole(1))
_note = click.option("--note", metavar="TEXT", type=TEXT, default="", help="In your words.")
_who = click.option("--who", metavar="NAME", type=TEXT, default=login_name, help="Does it; by default your login.")


def _cause(**options: Any) -> Callable[..., Any]:
    return click.option("--cause", type=_one_of(IncidentCause), help="Why the device answered otherwise.", **options)


@click.group(invoke_without_command=True)
@click.pass_context
def incidents(context: click.Context) -> None:
    """List incidents, which `odviz monitor --incident` opens; close them; roll a release back that has one."""
    if context.invoked_subcommand is None:
        context.invoke(list_incidents)


@incidents.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@with_json
@with_store
def list_incidents(store: Store, only_open: bool = False) -> Output:
    """List all incidents, newest first.

    Exits with 1 if one is open.
    """
    records = service.incidents(store)
    still_open = [record for record in records if record.closure is None]
    listed = still_open if only_open else records
    return Output(
        listed, lambda: table("Incidents", incident_text.HEADINGS, incident_text.rows(listed)), 1 if still_open else 0
    )


@incidents.command("show")
@_number
@with_json
@with_store
def show_incident(store: Store, number: int) -> Output:
    """Show everything that is recorded of the incident NUMBER."""
    record = service.find_incident(store, number)
    return Output(record, lambda: _show(record))


@incidents.command("close")
@_number
@_cause(required=True)
@click.option("--end", type=_one_of(IncidentEnd), required=True, help="How it ended.")
@_note
@_who
@with_json
@with_store
def close_incident(store: Store, number: int, cause: str, end: str, note: str, who: str) -> Output:
    """Record cause and end of the incident NUMBER."""
    service.close_incident(store, number, IncidentCause(cause), IncidentEnd(end), who, note)
    record = service.find_incident(store, number)
    return Output(record, lambda: say(incident_text.details(record)[-1]))


@incidents.command("rollback")
@_number
@click.option(
    "--channel",
    type=_one_of(Channel),
    default=Channel.PRODUCTION.value,
    show_default=True,
    help="In which the release is in use.",
)
@_cause(default=IncidentCause.UNKNOWN.value, show_default=True)
@_note
@_who
@with_json
@with_store
def roll_back_incident(store: Store, number: int, channel: str, cause: str, note: str, who: str) -> Output:
    """Bring back what was in the channel before the release of the incident NUMBER, and close the incident.

    Exits with 1 if the predictions of the kept file are not proven to be what they were; the rollback is done all the
    same.
    """
    outcome = service.roll_back_incident(store, number, Channel(channel), IncidentCause(cause), who, note)
    proof = outcome.rollback.proof

    def tell() -> None:
        say(f"{outcome.release.id} is in {channel} again: {release_text.proof_text(proof)}.")
        say(f"Incident {number} is closed.")

    return Output(outcome, tell, 0 if proof.kind is ProofKind.EQUAL else 1)


def _show(record: IncidentRecord) -> None:
    for sentence in incident_text.details(record):
        say(sentence)
    alarms = record.incident.alarms
    table("Alarms", monitor_text.ALARMS, monitor_text.alarm_rows(alarms), right=monitor_text.ALARMS[1:3])
