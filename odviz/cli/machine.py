"""`odviz doctor` and `odviz verify`: is this machine, and what was shipped to it, in order?"""

from __future__ import annotations

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.services import machine


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what this machine can and cannot measure, and why."""
    findings = machine.examine()
    if as_json:
        emit_json(findings)
    else:
        table("What this machine can measure", ("", "", ""), [(f.verdict, f.topic, f.detail) for f in findings])


@click.command()
@json_option
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Compare every shipped file with its recorded sha256; exits 1 if one differs."""
    found = machine.check_files()
    wrong = [each for each in found if each.problem]
    if as_json:
        emit_json({"files": len(found), "problems": wrong})
    else:
        for each in wrong:
            say(f"{each.path}: {each.problem}")
        note(f"{len(found) - len(wrong)} of {len(found)} files are as they were shipped.")
    if wrong:
        context.exit(1)
