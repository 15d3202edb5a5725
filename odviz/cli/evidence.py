"""`odviz evidence`: a bundle that proves figures and a verdict to somebody else, and its check."""

from __future__ import annotations

import re
from pathlib import Path

import click

from odviz.cli.compare import SIDE, parse_sides
from odviz.cli.context import Output, note, say, table, with_json, with_store, write_file
from odviz.cli.types import TEXT
from odviz.domain.evidence import EvidenceReport
from odviz.library import signing
from odviz.library.files import printable, read_bytes
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.report import evidence_text
from odviz.report.evidence import evidence
from odviz.services.evidence_check import verify
from odviz.services.evidence_file import LARGEST
from odviz.services.evidence_subject import EvidenceSubject, subject_of_release, subject_of_sides
from odviz.store import Store

_SUBJECT = f"RELEASE|{SIDE}"
_RELEASE = re.compile(r"[^:@]+/v[0-9]+")
"""Releases are written with a slash before their number; ids of benchmarks have none."""

_PATH = click.Path(dir_okay=False, path_type=Path)


@click.group("evidence")
def evidence_() -> None:
    """Prove figures and a verdict: a bundle with all samples, signed, that anybody can compute again."""


@evidence_.command("make")
@click.argument("new", metavar=_SUBJECT, type=TEXT)
@click.argument("out", metavar="OUT", type=_PATH)
@click.option("--policy", type=TEXT, help="Also the verdict of this policy (as `odviz gate`), with --base.")
@click.option("--base", metavar=SIDE, type=TEXT, help="What the policy compares with.")
@click.option("--key", type=_PATH, help="Sign with this private key; see `odviz evidence key`.")
@click.option("--with-model", is_flag=True, help="With the model files, where their licences let them be handed on.")
@with_store
def make(
    store: Store, new: str, out: Path, policy: str | None, base: str | None, key: Path | None, with_model: bool
) -> None:
    """Write a zip of a benchmark with all samples, every figure that is claimed of it, policy and verdict, and cards.

    Of a release (product-images/resnet-8/v3): the benchmark that is kept with it, the last verdict and the audit log.
    The same claims and key give the same bytes. No test item is part of it, but labels, groups and predictions are.
    """
    if (policy is None) != (base is None):
        raise click.UsageError("--policy and --base go together.")
    signer = signing.load_signer(key) if key else None
    made = evidence(_subject(store, new, base, policy), signer, with_model=with_model)
    for sentence in made.left_out:
        note(sentence)
    write_file(out, made.content, f"; check it with: odviz evidence verify {printable(out)}")


def _subject(store: Store, new: str, base: str | None, policy: str | None) -> EvidenceSubject:
    if _RELEASE.fullmatch(new):
        if policy is not None:
            raise click.UsageError("A release comes with the policy and the verdict on it: leave out --policy.")
        return subject_of_release(store, new)
    sides = parse_sides(store, *(text for text in (base, new) if text is not None))
    return subject_of_sides(store, sides, load_policy(policy, OBJECTIVES.names()) if policy else None)


@evidence_.command("key")
@click.argument("out", metavar="OUT", type=_PATH)
def key_(out: Path) -> None:
    """Create an Ed25519 key: OUT (private, PEM, readable by you alone) and the public key beside it (.pub.pem).

    Whoever gets your bundles needs the public key from you, by another way than the bundle.
    """
    public = signing.create_key(out)
    fingerprint = signing.fingerprint(public.read_bytes())
    note(f"Written to {printable(out)}; keep it secret. Give away {printable(public)}, fingerprint {fingerprint}.")


@evidence_.command("verify")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--public-key", "key", type=_PATH, help="PEM that it must be signed with, from its maker.")
@with_json
def verify_(file: Path, key: Path | None) -> Output:
    """Check a bundle: hashes, signature, audit log, and every figure and verdict again from the samples inside.

    Needs no network and no database. Exits with 1 if something differs.
    """
    content = read_bytes(file, LARGEST, "evidence bundle")
    named = read_bytes(key, signing.LARGEST, "public key") if key else None
    report = verify(content, printable(file.name), named)
    return Output(report, lambda: _show(report), 0 if report.holds else 1)


def _show(report: EvidenceReport) -> None:
    say(evidence_text.headline(report))
    say(evidence_text.signature(report.signature))
    table("", evidence_text.SUMMARY, evidence_text.summary_rows(report), right=evidence_text.SUMMARY[1:])
    if rows := evidence_text.difference_rows(report):
        table("Differences", evidence_text.DIFFERENCES, rows)
    if rows := evidence_text.open_rows(report):
        table("Not recomputable", evidence_text.OPEN, rows)
    if report.made_by != report.checked_by:
        say(f"Made by odviz {report.made_by}, checked by odviz {report.checked_by}.")
