"""`odviz devices`: the machines that can be asked about, and how far what is said of them can be trusted."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.library.devices import FACTS, device_files, folder_problems
from odviz.services import devices as service
from odviz.services.device_facts import amount
from odviz.services.devices import Checkup, TargetReport
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
    """Every device, as a table or as JSON."""
    profiles, problems = service.profiles()
    for problem in problems:
        note(problem)
    if as_json:
        emit_json(profiles)
        return
    rows = [
        (each.name, each.title, each.kind, each.default.key if each.default else "measured", str(len(each.targets)))
        for each in profiles
    ]
    table("Devices", ("Name", "Title", "Kind", "Default target", "Targets"), rows, right=("Targets",))


@devices.command("show")
@click.argument("name")
@json_option
def show_device(name: str, as_json: bool) -> None:
    """Show what is known of device NAME, with the source of every number."""
    device = service.profile(name)
    reports = service.report(device)
    if as_json:
        emit_json({"device": device, "targets": reports})
        return
    say(f"{device.title}: {device.processor}")
    if device.note:
        say(device.note)
    rows = [
        (FACTS[key], amount(key, fact.value), "yes" if fact.checked else "no", fact.source)
        for key, fact in device.facts.items()
    ]
    table("\nNumbers", ("What", "", "Checked", "Source"), rows)
    if reports:
        _targets(device.name, reports)
        for each in reports:
            say(f"{each.target.key}: {'; '.join(filter(None, (each.sources, each.target.note)))}")


@devices.command("validate")
@click.argument("name", required=False)
@json_option
@click.pass_context
def validate_device(context: click.Context, name: str | None, as_json: bool) -> None:
    """Check profiles, and predict published networks that were left out; exits 1 if a profile is wrong.

    NAME is a device; without it, all are validated. Errors are |predicted / measured - 1|, median and 90th percentile,
    with the network's whole family left out ("new") and with other networks of its family kept ("known").
    """
    lost = () if name else folder_problems()
    found = [service.check(each) for each in ((name,) if name else sorted(device_files()))]
    if as_json:
        emit_json(found)
    else:
        for each in found:
            _targets(each.name, each.targets)
        _problems(found)
    for sentence in lost:
        note(sentence)
    if lost or any(each.problem for each in found):
        context.exit(1)


@devices.command("predict")
@click.argument("name")
@click.argument("networks", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def predict_networks(name: str, networks: Path, as_json: bool) -> None:
    """Predict the latency of networks that are known by their counts.

    NAME is a device, NETWORKS a CSV file with the columns of data/published/measurements.csv, of which target, model
    and gmacs have to be there: a row is predicted for its target; its own latency_ms, if it has one, is not looked at,
    and stands beside the prediction.
    """
    device = service.profile(name)
    keys = {each.key: each for each in device.targets}
    found = []
    for row in service.asked(networks):
        if row.target not in keys or row.features is None:
            missing = row.features is None
            note(f"{row.model} on {row.target}: {'its MACs are missing' if missing else 'not a target here'}.")
            continue
        found.append((row, service.predict(device, keys[row.target], row.features, row.model)))
    if as_json:
        emit_json([{"target": row.target, "model": row.model, "latency": latency} for row, latency in found])
        return
    rows = [
        (
            row.target,
            row.model,
            estimate(latency),
            _range(latency.low, latency.high),
            figure(row.latency_s, "s") if row.latency_s else "",
        )
        for row, latency in found
    ]
    table("Predicted", ("Target", "Network", "Latency", "90 % interval", "In the file"), rows)


def _range(low: float, high: float) -> str:
    return f"{figure(low, 's')} – {figure(high, 's')}"


def _targets(device: str, reports: tuple[TargetReport, ...]) -> None:
    columns = ("Target", "Points", "Families", "New: error", "interval", "covers", "Known: error", "interval", "covers")
    table(f"\n{device}", (*columns, ""), [_cells(each) for each in reports], right=columns[1:])


def _cells(report: TargetReport) -> tuple[str, ...]:
    found = report.validation
    if found is None:
        return (report.target.key, str(report.published), *[""] * 7, report.why_not)
    return (
        report.target.key,
        str(found.points),
        str(found.families),
        f"{percent(found.median_error)} / {percent(found.p90_error)}",
        f"×{found.factor:.2f}",
        percent(found.coverage),
        f"{percent(found.known_median_error)} / {percent(found.known_p90_error)}",
        f"×{found.known_factor:.2f}",
        percent(found.known_coverage),
        "power" if report.has_power else "",
    )


def _problems(found: list[Checkup]) -> None:
    wrong = [each for each in found if each.problem]
    for each in wrong:
        say(each.problem)
    note(f"{len(found) - len(wrong)} of {len(found)} profiles are in order.")
