"""`odviz doctor` and `odviz verify`: what this machine can measure, and whether the built-in files are unchanged."""

from __future__ import annotations

import click

from odviz.cli.context import Output, note, say, table, with_json
from odviz.library.sources import check_files
from odviz.measurement.doctor import examine


@click.command()
@with_json
def doctor() -> Output:
    """Say what this machine can and cannot measure, and why."""
    findings = examine()
    rows = [(finding.verdict, finding.topic, finding.detail) for finding in findings]
    return Output(findings, lambda: table("What this machine can measure", ("", "", ""), rows))


@click.command()
@with_json
def verify() -> Output:
    """Compare every built-in file with its recorded sha256; exits 1 if one differs."""
    checks = check_files()
    wrong = [check for check in checks if check.problem]

    def show() -> None:
        for check in wrong:
            say(f"{check.path}: {check.problem}")
        note(f"{len(checks) - len(wrong)} of {len(checks)} files are as recorded.")

    return Output({"files": len(checks), "problems": wrong}, show, exit_code=1 if wrong else 0)
