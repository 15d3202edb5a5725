"""The report of a release: what is fixed, by what it was judged, and where it is in use."""

from __future__ import annotations

from collections.abc import Iterator

from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.gate import GateVerdict
from odviz.domain.release import PolicyVerdict, Release
from odviz.report import gate_text, release_text
from odviz.report.background_blocks import ORIGINS
from odviz.report.commands import report_command
from odviz.report.comparison_report import decision_blocks
from odviz.report.paper.document import Block, Bullets, Document, Heading, Lead, Paragraph, Spans, spans, table, words
from odviz.services import naming

_JUDGED = {
    GateVerdict.PASS: "It passed",
    GateVerdict.FAIL: "It failed",
    GateVerdict.INCONCLUSIVE: "It was inconclusive by",
}


def release_report(registry: ReleaseRegistry, release: Release) -> Document:
    """The report of a release.

    Args:
        registry: in which it is.
        release: what is reported.
    """
    verdict = registry.verdict_on(release)
    facts = (words(f"{name}: {text}.") for name, text in release_text.facts(release) if text)
    entries = [row for row in release_text.log_rows(registry) if release.id in row[2]]
    blocks: list[Block] = [
        Lead(_answer(registry, release, verdict)),
        Paragraph(words(f"Released by {release.who}, {release_text.moment(release.when)}: {release.why}")),
        Heading("Figures as they stood"),
        table(release_text.FIGURES, release_text.figure_rows(release)),
    ]
    if verdict:
        blocks += _judged(verdict)
    blocks += [
        Heading("What is fixed"),
        Bullets(tuple(facts)),
        Heading("What happened to it"),
        table(release_text.LOG, entries),
        Heading("To reproduce it"),
        Paragraph(words(f"{report_command('release', release.id)} writes this report again.")),
    ]
    subject = f"{naming.task(release.task)}: {naming.point(release.point)}. {ORIGINS}"
    return Document(f"Release {release.id}", subject, release.when, tuple(blocks))


def _answer(registry: ReleaseRegistry, release: Release, verdict: PolicyVerdict | None) -> Spans:
    """Where it is in use, and what the policy said."""
    channels = " and ".join(channel.value for channel in registry.channels_of(release))
    use = f"In use as **{channels}**." if channels else "Not in use in any channel."
    if verdict is None:
        return spans(f"{use} No policy was asked: there was no release to compare it with.")
    return (
        *spans(f"{use} "),
        *words(f"{_JUDGED[verdict.result.verdict]} the policy “{verdict.result.policy.title}”."),
    )


def _judged(verdict: PolicyVerdict) -> Iterator[Block]:
    yield Heading(f"Compared with {verdict.base}")
    yield Paragraph(words(gate_text.counts(verdict.result)))
    yield from decision_blocks(verdict.result)
