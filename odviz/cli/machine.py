"""`odviz doctor` and `odviz verify`: what this machine can measure, and whether the built-in files are unchanged."""

from __future__ import annotations

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.library.sources import check_files
from odviz.measurement.doctor import examine


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what this machine can and cannot measure, and why."""
    findings = examine()
    if as_json:
        emit_json(findings)
        return
    rows = [(finding.verdict, finding.topic, finding.detail) for finding in findings]
    table("What this machine can measure", ("", "", ""), rows)


@click.command()
@json_option
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Compare every built-in file with its recorded sha256; exits 1 if one differs."""
    checks = check_files()
    wrong = [check for check in checks if check.problem]
    if as_json:
        emit_json({"files": len(checks), "problems": wrong})
    else:
        for check in wrong:
            say(f"{check.path}: {check.problem}")
        note(f"{len(checks) - len(wrong)} of {len(checks)} files are as recorded.")
    if wrong:
        context.exit(1)
