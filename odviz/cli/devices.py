"""`odviz devices`: lists, shows and validates device profiles, and predicts latencies from counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from odviz.analysis.device_calibration import calibration
from odviz.cli.context import Output, note, say, table, with_json
from odviz.cli.types import TEXT
from odviz.domain.device import DeviceProfile
from odviz.library.device_facts import FACT_TYPES
from odviz.library.devices import device_files, folder_errors
from odviz.report.target_table import target_row
from odviz.services import devices as service
from odviz.services.target_reports import TargetReport, check_profile, target_reports
from odviz.units import estimate, figure


@click.group(invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """List, show and validate the machines that can be asked about."""
    if context.invoked_subcommand is None:
        context.invoke(list_devices)


@devices.command("list")
@with_json
def list_devices() -> Output:
    """List every device, with its default target."""
    profiles = readable_devices()
    return Output(profiles, lambda: show_devices(profiles))


def readable_devices() -> tuple[DeviceProfile, ...]:
    """Every device; a note for each file that cannot be read."""
    profiles, unlisted = service.profiles()
    for entry in unlisted:
        note(entry.reason)
    return profiles


def show_devices(profiles: Sequence[DeviceProfile]) -> None:
    """Print devices as a table."""
    rows = [
        (
            device.name,
            device.title,
            device.kind,
            device.default.key if device.default else "measured",
            str(len(device.targets)),
        )
        for device in profiles
    ]
    table("Devices", ("Name", "Title", "Kind", "Default target", "Targets"), rows, right=("Targets",))


@devices.command("show")
@click.argument("name", type=TEXT)
@with_json
def show_device(name: str) -> Output:
    """Show what is known of device NAME, with the source of every number."""
    device = service.profile(name)
    reports = target_reports(device)
    return Output({"device": device, "targets": reports}, lambda: _show_device(device, reports))


def _show_device(device: DeviceProfile, reports: Sequence[TargetReport]) -> None:
    say(f"{device.title}: {device.processor}")
    if device.note:
        say(device.note)
    rows = [
        (
            FACT_TYPES[key].description,
            FACT_TYPES[key].write(fact.value),
            "yes" if fact.checked else "no",
            fact.source,
        )
        for key, fact in device.facts.items()
    ]
    table("\nNumbers", ("What", "", "Checked", "Source"), rows)
    if reports:
        _show_reports(device.name, reports)
        for report in reports:
            say(f"{report.target.key}: {'; '.join(filter(None, (report.sources, report.target.note)))}")


@devices.command("validate")
@click.argument("name", type=TEXT, required=False)
@with_json
def validate_device(name: str | None) -> Output:
    """Check profiles, and predict published networks that were left out; exits 1 if a profile is wrong.

    NAME is a device; without it, all are validated. Errors are |predicted / measured - 1|, median and 90th percentile,
    with the network's whole family left out ("new") and with other networks of its family kept ("known").
    """
    errors = () if name is not None else folder_errors()
    names = sorted(device_files()) if name is None else (name,)
    checks = [check_profile(device) for device in names]
    wrong = [check for check in checks if check.problem]
    for error in errors:
        note(str(error))

    def show() -> None:
        for check in checks:
            _show_reports(check.name, check.targets)
        for check in wrong:
            say(check.problem)
        note(f"{len(checks) - len(wrong)} of {len(checks)} profiles are in order.")

    return Output(checks, show, exit_code=1 if errors or wrong else 0)


@devices.command("predict")
@click.argument("name", type=TEXT)
@click.argument("networks", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_json
def predict_networks(name: str, networks: Path) -> Output:
    """Predict the latency of networks that are known by their counts.

    NAME is a device, NETWORKS a CSV file with the columns of data/published/measurements.csv; target, model and gmacs
    are required. A row is predicted for its target. Its own latency_ms is not used; it is shown beside the prediction.
    """
    device = service.profile(name)
    targets = {target.key: target for target in device.targets}
    predictions = []
    queried, guessed = service.read_networks(networks)
    if guessed:
        note(guessed)
    for network in queried:
        if network.features is None:
            note(f"{network.model} on {network.target}: its MACs are missing.")
        elif network.target not in targets:
            note(f"{network.model} on {network.target}: not a target here.")
        else:
            latency = calibration(device, targets[network.target]).predict(network.features, network.model)
            predictions.append((network, latency))
    document = [
        {"target": network.target, "model": network.model, "latency": latency} for network, latency in predictions
    ]
    rows = [
        (
            network.target,
            network.model,
            estimate(latency),
            figure(network.latency_s, "s") if network.latency_s else "",
        )
        for network, latency in predictions
    ]
    columns = ("Target", "Network", "Latency (90 % interval)", "In the file")
    return Output(document, lambda: table("Predicted", columns, rows))


def _show_reports(device: str, reports: Sequence[TargetReport]) -> None:
    rows = [{"Target": report.target.key, **target_row(report)} for report in reports]
    columns = list(rows[0]) if rows else []
    cells = [["" if cell is None else str(cell) for cell in row.values()] for row in rows]
    table(f"\n{device}", columns, cells, right=columns[1:9])
