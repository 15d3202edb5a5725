"""`odviz releases`: what is released and in use, promotion through a gate, rollback, and the audit log."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.releases import ReleaseRegistry
from odviz.cli.context import Output, label, note, say, table, with_json, with_store, write_file
from odviz.cli.gate import EXIT_CODES, show
from odviz.cli.types import TEXT
from odviz.domain.audit import AuditEntry
from odviz.domain.release import Channel, ProofKind, Release
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.report import release_text
from odviz.services import releases as service
from odviz.services.release_log import login_name, registry, released_file, verify
from odviz.services.rollback import roll_back
from odviz.store import Store

_channel = click.argument("channel", type=click.Choice([one.value for one in Channel]))
_why = click.option("--why", required=True, type=TEXT, help="The reason, for the audit log.")
_who = click.option("--who", type=TEXT, default=login_name, help="Who does it; by default your login name.")
_policy = click.option(
    "--policy",
    type=TEXT,
    default="no-worse",
    show_default=True,
    help="A TOML file, or a policy that odviz ships; see `odviz gate`.",
)


@click.group(invoke_without_command=True)
@click.pass_context
def releases(context: click.Context) -> None:
    """Release variants, promote them through a gate, roll back, and check the audit log of all that."""
    if context.invoked_subcommand is None:
        context.invoke(list_releases)


@releases.command("list")
@with_json
@with_store
def list_releases(store: Store) -> Output:
    """List the channels with what is in use, and all releases."""
    present = registry(store)
    return Output(present.releases, lambda: _list(present))


@releases.command("show")
@click.argument("release", type=TEXT)
@with_json
@with_store
def show_release(store: Store, release: str) -> Output:
    """Show what RELEASE pins: file, figures, verdict, who, when and why.

    RELEASE is written resnet-8/v2, or v2 where only one model has a second release.
    """
    present = registry(store)
    one = present.find(release)
    return Output(one, lambda: _show(present, one))


@releases.command("add")
@click.argument("benchmark", type=TEXT)
@click.argument("variant", type=TEXT)
@_why
@_who
@_policy
@with_json
@with_store
def add(store: Store, benchmark: str, variant: str, why: str, who: str, policy: str) -> Output:
    """Release VARIANT of BENCHMARK, given by a part of its name; file, figures and predictions are kept.

    If a release is in production, the policy says how the new one compares with it. Nothing is in use by that yet.
    """
    entry, release = service.add(store, benchmark, variant, why, who, load_policy(policy, OBJECTIVES.names()))
    return Output(release, lambda: _added(entry, release))


@releases.command("promote")
@click.argument("release", type=TEXT)
@_channel
@_policy
@click.option("--override", metavar="REASON", type=TEXT, default="", help="Promote it even if it does not pass.")
@_who
@with_json
@with_store
def promote(store: Store, release: str, channel: str, policy: str, override: str, who: str) -> Output:
    """Put RELEASE into a channel if it passes the gate, compared with the release that is there now.

    Exits with 1 if it fails and with 6 if that is inconclusive; then nothing has changed, unless --override says why
    it is to be promoted all the same. The first release of a channel has nothing to be compared with.
    """
    way = Channel(channel)
    outcome = service.promote(store, release, way, load_policy(policy, OBJECTIVES.names()), override, who)
    refused = outcome.verdict and outcome.entry is None
    code = EXIT_CODES[outcome.verdict.result.verdict] if outcome.verdict and refused else 0
    return Output(outcome, lambda: _promoted(outcome, way), code)


@releases.command("rollback")
@_channel
@click.option("--to", type=TEXT, default="", metavar="RELEASE", help="An earlier one; by default the one before.")
@click.option("--task", type=TEXT, default="", help="Whose channel, where several tasks have releases in it.")
@_why
@_who
@with_json
@with_store
def rollback(store: Store, channel: str, to: str, task: str, why: str, who: str) -> Output:
    """Put the release back that was in a channel before; no gate is asked.

    The kept file must have its sha256. It is run on the test items: exits with 1 if its predictions are not proven to
    be what they were, and says why; the rollback is done all the same.
    """
    outcome = roll_back(store, Channel(channel), why, who, task=task, to=to)
    proof = outcome.rollback.proof

    def tell() -> None:
        say(f"{outcome.release.id} is in {channel} again: {release_text.proof_text(proof)}.")
        _note_head(outcome.entry)

    return Output(outcome, tell, 0 if proof.kind is ProofKind.EQUAL else 1)


@releases.command("log")
@with_json
@with_store
def log(store: Store) -> Output:
    """Show the audit log, newest entry first."""
    present = registry(store)

    def tell() -> None:
        _tell_fault(present)
        table("", release_text.LOG, release_text.log_rows(present), right=release_text.LOG[:1])
        say(release_text.head_line(present.head))

    return Output(present.entries, tell)


@releases.command("verify")
@click.option("--head", type=TEXT, default="", metavar="HASH", help="Hash of the log that was noted earlier.")
@with_json
@with_store
def verify_(store: Store, head: str) -> Output:
    """Check the audit log entry by entry, and the sha256 of everything that is kept. Exits with 1 if a byte differs.

    Without --head it cannot be seen if the last entries were cut off, or the whole log was written anew.
    """
    check = verify(store, head)

    def tell() -> None:
        for line in release_text.check_lines(check):
            say(line)
        say(release_text.head_line(check.registry.head))

    summary = {"fault": check.registry.fault, "faulty": check.faulty, "head": check.registry.head}
    return Output(summary, tell, 0 if check.ok else 1)


@releases.command("file")
@click.argument("release", type=TEXT)
@click.argument("out", type=click.Path(path_type=Path))
@with_store
def file(store: Store, release: str, out: Path) -> None:
    """Write the model file of RELEASE to OUT, a file or a folder, once its sha256 is checked."""
    name, content = released_file(store, registry(store).find(release))
    write_file(out / name if out.is_dir() else out, content)


def _list(present: ReleaseRegistry) -> None:
    _tell_fault(present)
    if not present.releases:
        say("Nothing is released yet: `odviz releases add BENCHMARK VARIANT --why …`.")
        return
    if present.history:
        table("In use", release_text.CHANNELS, release_text.channel_rows(present, label))
    table("Releases", release_text.RELEASES, release_text.release_rows(present, label))


def _show(present: ReleaseRegistry, release: Release) -> None:
    (row,) = (row for row in release_text.release_rows(present, label) if row[0] == release.id)
    pairs = [*zip(release_text.RELEASES, row, strict=True), *release_text.facts(release)]
    table("", ("", ""), [(heading, cell) for heading, cell in pairs if cell])
    table("Figures", release_text.FIGURES, release_text.figure_rows(release), right=release_text.FIGURES[1:2])
    if release.verdict:
        show(release.verdict.result)


def _added(entry: AuditEntry, release: Release) -> None:
    say(f"{label(release.point)} is {release.id} (sha256 {release.artifact.sha256}).")
    if release.verdict:
        say(release_text.verdict_text(release.verdict))
    _note_head(entry)


def _promoted(outcome: service.PromotionOutcome, channel: Channel) -> None:
    if outcome.verdict:
        show(outcome.verdict.result)
    if outcome.entry is None:
        say(f"{outcome.release.id} is not promoted; what is in {channel} stays. --override REASON would record why.")
        return
    first = "" if outcome.verdict else ", as the first there: nothing is compared with it"
    say(f"{outcome.release.id} is in {channel} now{first}.")
    _note_head(outcome.entry)


def _tell_fault(present: ReleaseRegistry) -> None:
    if present.fault:
        note(f"{release_text.fault_text(present.fault)} What follows is what was recorded before that.")


def _note_head(entry: AuditEntry) -> None:
    say(release_text.head_line(entry.sha256))
