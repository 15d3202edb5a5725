"""`odviz gate`: whether a new version satisfies a policy, compared with the one before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from odviz.analysis.gate import comparisons, decide, spent_s
from odviz.cli.compare import SIDE, parse_sides
from odviz.cli.context import Output, label, say, table, with_json, with_store, write_file
from odviz.cli.types import TEXT
from odviz.domain.gate import GateResult, GateVerdict
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.report import comparison_text, gate_text
from odviz.report.junit import junit
from odviz.store import Store

EXIT_CODES: Mapping[GateVerdict, int] = {GateVerdict.PASS: 0, GateVerdict.FAIL: 1, GateVerdict.INCONCLUSIVE: 6}


@click.command("gate")
@click.argument("policy", type=TEXT)
@click.argument("base", metavar=SIDE, type=TEXT)
@click.argument("new", metavar=SIDE, type=TEXT)
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the verdict as JUnit XML, for CI.",
)
@with_json
@with_store
def gate_(store: Store, policy: str, base: str, new: str, junit_file: Path | None) -> Output:
    """Decide whether NEW may replace BASE by a policy: PASS, FAIL or INCONCLUSIVE.

    POLICY is a TOML file, or a policy that odviz ships: no-worse, smaller-file, raspberry-pi. The sides are written as
    for `odviz compare`. Exits with 0 for PASS, 1 for FAIL and 6 for INCONCLUSIVE; says what would settle the latter.
    """
    base_side, new_side = parse_sides(store, base, new)
    seconds = spent_s(base_side.data.record, new_side.data.record)
    result = decide(load_policy(policy, OBJECTIVES.names()), comparisons(base_side, new_side), seconds)
    if junit_file is not None:
        write_file(junit_file, junit(result, label))
    return Output(result, lambda: show(result), EXIT_CODES[result.verdict])


def show(result: GateResult) -> None:
    """Write a verdict for people."""
    for unlike in result.unlike:
        say(comparison_text.unfair(unlike))
    say(gate_text.headline(result))
    table("", gate_text.HEADINGS, gate_text.decision_rows(result, label))
    for one in result.decisions:
        if sentence := gate_text.settling(one):
            say(sentence)
    for one in result.decisions:
        if rows := gate_text.power_rows(one):
            table(
                f"Chances of the verdict: {gate_text.decision_title(one, label)}",
                gate_text.POWER,
                rows,
                right=gate_text.POWER[1:],
            )
