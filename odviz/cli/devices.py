"""`odviz devices`: lists, shows and validates device profiles, and predicts latencies from counts."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.library.device_facts import FACT_TYPES
from odviz.library.devices import device_files, folder_errors
from odviz.services import devices as service
from odviz.services.target_reports import ProfileCheck, TargetReport, check_profile, target_reports
from odviz.units import estimate, figure, percent


@click.group(invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """List, show and validate the machines that can be asked about."""
    if context.invoked_subcommand is None:
        context.invoke(list_devices)


@devices.command("list")
@json_option
def list_devices(as_json: bool = False) -> None:
    """List every device, with its default target."""
    show_devices(as_json)


def show_devices(as_json: bool) -> None:
    """Print every device, as a table or as JSON."""
    profiles, unlisted = service.profiles()
    for entry in unlisted:
        note(entry.reason)
    if as_json:
        emit_json(profiles)
        return
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
@click.argument("name")
@json_option
def show_device(name: str, as_json: bool) -> None:
    """Show what is known of device NAME, with the source of every number."""
    device = service.profile(name)
    reports = target_reports(device)
    if as_json:
        emit_json({"device": device, "targets": reports})
        return
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
@click.argument("name", required=False)
@json_option
@click.pass_context
def validate_device(context: click.Context, name: str | None, as_json: bool) -> None:
    """Check profiles, and predict published networks that were left out; exits 1 if a profile is wrong.

    NAME is a device; without it, all are validated. Errors are |predicted / measured - 1|, median and 90th percentile,
    with the network's whole family left out ("new") and with other networks of its family kept ("known").
    """
    errors = () if name else folder_errors()
    checks = [check_profile(device) for device in ((name,) if name else sorted(device_files()))]
    if as_json:
        emit_json(checks)
    else:
        for check in checks:
            _show_reports(check.name, check.targets)
        _show_problems(checks)
    for error in errors:
        note(str(error))
    if errors or any(check.problem for check in checks):
        context.exit(1)


@devices.command("predict")
@click.argument("name")
@click.argument("networks", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def predict_networks(name: str, networks: Path, as_json: bool) -> None:
    """Predict the latency of networks that are known by their counts.

    NAME is a device, NETWORKS a CSV file with the columns of data/published/measurements.csv; target, model and gmacs
    are required. A row is predicted for its target. Its own latency_ms is not used; it is shown beside the prediction.
    """
    device = service.profile(name)
    targets = {target.key: target for target in device.targets}
    predictions = []
    for network in service.read_networks(networks):
        if network.features is None:
            note(f"{network.model} on {network.target}: its MACs are missing.")
        elif network.target not in targets:
            note(f"{network.model} on {network.target}: not a target here.")
        else:
            latency = service.predict(device, targets[network.target], network.features, network.model)
            predictions.append((network, latency))
    if as_json:
        emit_json(
            [{"target": network.target, "model": network.model, "latency": latency} for network, latency in predictions]
        )
        return
    rows = [
        (
            network.target,
            network.model,
            estimate(latency),
            figure(network.latency_s, "s") if network.latency_s else "",
        )
        for network, latency in predictions
    ]
    table("Predicted", ("Target", "Network", "Latency (90 % interval)", "In the file"), rows)


def _show_reports(device: str, reports: tuple[TargetReport, ...]) -> None:
    columns = ("Target", "Points", "Families", "New: error", "interval", "covers", "Known: error", "interval", "covers")
    table(f"\n{device}", (*columns, ""), [_cells(report) for report in reports], right=columns[1:])


def _cells(report: TargetReport) -> tuple[str, ...]:
    validation = report.validation
    if validation is None:
        return (report.target.key, str(report.published), *[""] * 7, report.why_not)
    return (
        report.target.key,
        str(validation.points),
        str(validation.families),
        f"{percent(validation.median_error)} / {percent(validation.p90_error)}",
        f"×{validation.factor:.2f}",
        percent(validation.coverage),
        f"{percent(validation.known_median_error)} / {percent(validation.known_p90_error)}",
        f"×{validation.known_factor:.2f}",
        percent(validation.known_coverage),
        "power" if report.has_power else "",
    )


def _show_problems(checks: list[ProfileCheck]) -> None:
    wrong = [check for check in checks if check.problem]
    for check in wrong:
        say(check.problem)
    note(f"{len(checks) - len(wrong)} of {len(checks)} profiles are in order.")
