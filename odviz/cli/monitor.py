"""`odviz monitor`: whether a device still answers as the variant did in its benchmark."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.incidents import RollbackOffer, rollback_offers
from odviz.cli.context import Output, note, say, table, variant_option, with_json, with_store
from odviz.cli.types import DURATION, TEXT
from odviz.domain.errors import InputError
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Release
from odviz.library.answer_log import first_release, read_log
from odviz.report import incident_text, monitor_text
from odviz.services.incidents import incidents, open_incident
from odviz.services.monitoring import variant_of, variant_of_release
from odviz.services.release_log import login_name, registry
from odviz.store import Store


@click.command("monitor")
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--release",
    "release_name",
    metavar="NAME",
    type=TEXT,
    default="",
    help="That wrote the log: 'resnet-8/v2'; by default the one that the log names.",
)
@click.option(
    "--benchmark", "benchmark_id", metavar="ID", type=TEXT, default="", help="Of a variant that is no release."
)
@variant_option("the variant of the benchmark that wrote the log: 'resnet-8 int8-static · litert'.")
@click.option(
    "--deadline",
    type=DURATION,
    default=None,
    help="Time that no more than 1 % of the answers may exceed: 50ms; by default the measured p50 and p90 count.",
)
@click.option("--incident", "opens", is_flag=True, help="Open an incident on an alarm, unless one is open.")
@click.option("--who", metavar="NAME", type=TEXT, default=login_name, help="Opens it; by default your login.")
@with_json
@with_store
def monitor_(
    store: Store,
    log: Path,
    release_name: str,
    benchmark_id: str,
    variant: str,
    deadline: float | None,
    opens: bool,
    who: str,
) -> Output:
    """Compare what a device answered (LOG: JSON lines or CSV, see docs/monitoring.md) with the benchmark.

    Exits with 1 on an alarm: classes, confidence, latency or accuracy are not what they were.
    """
    if bool(release_name) and bool(benchmark_id):
        raise InputError("Name a release, or a benchmark and its variant: not both.")
    release = None if benchmark_id else _release(store, log, release_name)
    monitored = variant_of_release(store, release) if release else variant_of(store, benchmark_id, variant)
    report = monitored.report(read_log(log, monitored.classes, monitored.release), deadline)
    offers = rollback_offers(registry(store), release) if release and report.alarms else ()
    if report.alarms and opens:
        _open(store, report, who)
    return Output(report, lambda: show(store, report, offers), 1 if report.alarms else 0)


def _release(store: Store, log: Path, name: str) -> Release:
    """The release of a name, or else the one that the log names.

    Raises:
        InputError: none is named.
        UnknownName: there is no such release.
    """
    name = name or first_release(log)
    if not name:
        raise InputError("Name a release with --release, or a benchmark with --benchmark and --variant.")
    return registry(store).find(name)


def _open(store: Store, report: MonitorReport, who: str) -> None:
    if not any(record.is_of(report) for record in incidents(store)):
        incident = open_incident(store, report, who)
        note(f"Incident {incident.number} of {incident.subject} is open.")


def show(store: Store, report: MonitorReport, offers: tuple[RollbackOffer, ...]) -> None:
    """Write a report for people."""
    say(monitor_text.headline(report))
    for warning in monitor_text.warnings(report):
        say(warning)
    if report.alarms:
        table("Alarms", monitor_text.ALARMS, monitor_text.alarm_rows(report.alarms), right=monitor_text.ALARMS[1:3])
    table("", monitor_text.ACCURACY, monitor_text.accuracy_rows(report), right=monitor_text.ACCURACY[1:])
    say(monitor_text.accuracy_note(report))
    say(monitor_text.NOTE)
    if report.alarms:
        open_one = next((record for record in incidents(store) if record.is_of(report)), None)
        for sentence in incident_text.advice(report, offers, open_one):
            say(sentence)
