"""Cards of models and data in Markdown and as one HTML file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.card import Basis, Statement, Topic, Voice
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.harm import Effect
from odviz.domain.licence import Duty, LicenceCheck, Permission, Use, check_licence
from odviz.domain.model import Model
from odviz.report import data_text, governance_text, harm_text
from odviz.report.markdown import plain
from odviz.report.paper.document import Block, Bullets, FigureTable, Heading, Paragraph, small, table, words
from odviz.report.paper.html import page
from odviz.services import cards, naming
from odviz.services.cards import DataCard, ModelCard
from odviz.services.governance import evidence
from odviz.units import counted, estimate, figure

TITLES = {
    Topic.SUMMARY: "What it is",
    Topic.INPUTS: "Input and output",
    Topic.LICENCE: "Licence",
    Topic.USE: "Intended use",
    Topic.LIMITS: "Limits",
    Topic.NOT_FOR: "Not to be used for",
    Topic.OWNER: "Owner",
    Topic.TRAINING: "Training",
    Topic.FIGURES: "Figures",
    Topic.GROUPS: "Groups of test items",
    Topic.STRESS: "Under stress",
    Topic.ENERGY: "Energy",
    Topic.ITEMS: "Items",
    Topic.SOURCE: "Source",
    Topic.CITATION: "To be cited",
    Topic.PERSONAL: "Personal data",
    Topic.QUALITY: "Checks of the data",
}

BASES = {Basis.MEASURED: "measured by odviz", Basis.RECORDED: "as recorded by its maker", Basis.MISSING: "not known"}

USES = {
    Use.EVALUATE: "measure and compare it, without earning by it",
    Use.SHARE: "hand a compressed variant on, for no money",
    Use.SELL: "ship a compressed variant in what earns money",
}

PERMISSIONS = {
    Permission.ALLOWED: "allowed",
    Permission.NOT_ALLOWED: "not allowed",
    Permission.NOT_KNOWN: "not known",
}

_DUTIES = {
    Duty.NOTICE: "pass its notice and text on",
    Duty.CHANGES: "say what was changed",
    Duty.SHARE_ALIKE: "under the same licence",
    Duty.SOURCE: "with the source",
}


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of a card; all its texts are unescaped.

    Attributes:
        title: its heading.
        basis: what it rests on, in words; empty if its lines say so.
        lines: a fact each.
        table: below them, or None.
    """

    title: str
    basis: str
    lines: tuple[str, ...]
    table: FigureTable | None = None


def title(card: ModelCard | DataCard) -> str:
    """The heading of a card."""
    if isinstance(card, ModelCard):
        return f"Model card: {card.model.title}"
    return f"Data card: {card.task.title}"


def sections(card: ModelCard | DataCard) -> tuple[CardPart, ...]:
    """The parts of a card, in the order in which they are read."""
    parts = _of_model(card) if isinstance(card, ModelCard) else _of_data(card)
    return tuple(parts)


def markdown(card: ModelCard | DataCard) -> str:
    """A card in Markdown; names and texts of others are escaped."""
    parts = [f"# {plain(title(card))}", body(_whole(card))]
    return "\n\n".join(parts) + "\n"


def body(parts: Sequence[CardPart], level: int = 2) -> str:
    """Parts of a card in Markdown, with headings of a level."""
    return "\n\n".join(_markdown(part, level) for part in parts)


def use_and_limits(model: Model) -> tuple[CardPart, ...]:
    """What a model was made for, and where it fails; not what nobody recorded of it."""
    return tuple(_stated(one, {}) for one in cards.use_and_limits(model) if one.known)


def html(card: ModelCard | DataCard) -> str:
    """A card as one HTML file that loads nothing."""
    subject = f"{card.model.task}/{card.model.name}" if isinstance(card, ModelCard) else card.task.name
    return page(title(card), subject, (block for part in _whole(card) for block in _blocks(part)))


def _whole(card: ModelCard | DataCard) -> tuple[CardPart, ...]:
    """All parts of a card's file: those of a model end with the evidence for whoever must sign."""
    if not isinstance(card, ModelCard):
        return sections(card)
    entries = evidence(card)
    lines = (governance_text.DISCLAIMER, governance_text.summary(entries))
    rows = table(governance_text.HEADINGS, governance_text.rows(entries))
    return (*sections(card), CardPart(governance_text.TITLE, "", lines, rows))


def _markdown(part: CardPart, level: int) -> str:
    lines = [f"{'#' * level} {plain(part.title)}"]
    if part.basis:
        lines.append(f"*{plain(part.basis)}*")
    if len(part.lines) == 1:
        lines.append(plain(part.lines[0]))
    elif part.lines:
        lines.append("\n".join(f"- {plain(line)}" for line in part.lines))
    if part.table:
        head, *rows = (f"| {' | '.join(map(plain, row))} |" for row in part.table.texts)
        lines.append("\n".join((head, f"| {' | '.join(['---'] * len(part.table.headings))} |", *rows)))
    return "\n\n".join(lines)


def _blocks(part: CardPart) -> Iterator[Block]:
    yield Heading(part.title)
    if part.basis:
        yield Paragraph(small(part.basis))
    if len(part.lines) == 1:
        yield Paragraph(words(part.lines[0]))
    elif part.lines:
        yield Bullets(tuple(map(words, part.lines)))
    if part.table:
        yield part.table


def _of_model(card: ModelCard) -> Iterator[CardPart]:
    ways = {
        Topic.FIGURES: f"odviz bench {card.model.task} {card.model.name}",
        Topic.GROUPS: f"odviz bench {card.model.task} {card.model.name}",
        Topic.STRESS: f"odviz stress {card.benchmark.id}" if card.benchmark else "odviz stress ID",
    }
    details = {Topic.FIGURES: _figures, Topic.GROUPS: _groups}
    for statement in card.statements:
        detail = details.get(statement.topic)
        yield detail(card) if detail and statement.known else _stated(statement, ways)
        if statement.topic is Topic.LICENCE:
            yield _licences(licence_checks(card))
    yield _files(card)


def _of_data(card: DataCard) -> Iterator[CardPart]:
    for statement in card.statements:
        if statement.topic is Topic.QUALITY and card.report:
            rows = tuple(data_text.check_rows(card.report))
            headline = data_text.headline(card.report)
            yield CardPart(
                TITLES[Topic.QUALITY],
                BASES[Basis.MEASURED],
                (headline,),
                table(("Verdict", "Question", "Answer"), rows),
            )
        else:
            yield _stated(statement, {Topic.QUALITY: f"odviz data {card.task.name}"})
        if statement.topic is Topic.LICENCE:
            yield _licences(tuple(check_licence(card.task.title, card.source.licence, use) for use in Use))
    rows = tuple((file.name, f"{file.size_bytes:,}", file.sha256) for file in card.files)
    yield CardPart("Files", BASES[Basis.MEASURED], (), table(("File", "Bytes", "SHA-256"), rows))


def licence_checks(card: ModelCard) -> tuple[LicenceCheck, ...]:
    """What the licences of a model and of its data say to each use."""
    named = ((card.model.title, card.model.licence), (f"Data: {card.data.task.title}", card.data.source.licence))
    return tuple(check_licence(subject, recorded, use) for use in Use for subject, recorded in named)


def _stated(statement: Statement, ways: dict[Topic, str]) -> CardPart:
    if statement.known:
        return CardPart(TITLES[statement.topic], BASES[statement.basis], statement.lines)
    way = f": {ways[statement.topic]}" if statement.topic in ways and statement.who is Voice.MEASURER else ""
    who = f"To be said by {statement.who}{way}."
    return CardPart(TITLES[statement.topic], BASES[statement.basis], (f"{statement.why} {who}",))


def _licences(checks: tuple[LicenceCheck, ...]) -> CardPart:
    rows = tuple(
        (
            USES[check.use],
            check.subject,
            PERMISSIONS[check.permission],
            check.text or "no licence recorded",
            "; ".join(_DUTIES[duty] for duty in check.duties),
        )
        for check in checks
    )
    note = "Decided by the SPDX id alone; a licence in other words must be read by a person. This is no legal advice."
    headings = ("To", "What", "Is", "By the text", "In return")
    return CardPart("What the licences allow", "", (note,), table(headings, rows))


def _figures(card: ModelCard) -> CardPart:
    record = card.benchmark
    assert record is not None  # of a card with figures
    environment = record.environment
    lines = [
        f"Benchmark {record.id}, {record.last_measured:%Y-%m-%d %H:%M} UTC, on "
        f"{(environment and environment.cpu) or 'a processor that was not recorded'}, "
        f"{counted(record.plan.threads, 'thread')}.",
        "In brackets: intervals of 95 %. Where nothing else is said, odviz measured the figure on that machine.",
    ]
    measured = [one for one in card.candidates if one.estimates]
    lines += [f"{naming.point(one.host_point)}: {one.why_excluded}" for one in card.candidates if not one.estimates]
    objectives = list(dict.fromkeys(objective for one in measured for objective in (*one.estimates, *one.missing)))
    headings = ("Variant", *(objective.title for objective in objectives))
    rows = tuple(
        (
            naming.point(one.host_point),
            *(
                cell(one.estimates[objective])
                if objective in one.estimates
                else f"not known: {one.missing.get(objective) or 'not measured'}"
                for objective in objectives
            ),
        )
        for one in measured
    )
    return CardPart(TITLES[Topic.FIGURES], BASES[Basis.MEASURED], tuple(lines), table(headings, rows))


def cell(value: Estimate) -> str:
    """An estimate with its interval, and its provenance if odviz did not measure it on the machine of the benchmark."""
    provenance = "" if value.provenance is Provenance.MEASURED else f", {PROVENANCE_TITLES[value.provenance]}"
    return f"{estimate(value)}{provenance}"


def _groups(card: ModelCard) -> CardPart:
    report = card.harm
    assert report is not None  # of a card that compares groups
    rows = tuple(
        (naming.point(one.point), str(len(one.of(Effect.HURT))), harm_text.headline(report, one))
        for one in report.variants
    )
    return CardPart(
        TITLES[Topic.GROUPS],
        BASES[Basis.MEASURED],
        tuple(harm_text.notes(report)),
        table(("Variant", "Worse for certain", "What compression does"), rows),
    )


def _files(card: ModelCard) -> CardPart:
    metric = naming.metric(card.model.task)
    rows = tuple(
        (
            f"{checkpoint.nominal} % pruned" if checkpoint.nominal else "dense",
            artifact.format,
            f"{artifact.size_bytes:,}",
            f"{checkpoint.parameters:,}",
            f"{checkpoint.macs:,}",
            "not recorded" if checkpoint.test_accuracy is None else figure(checkpoint.test_accuracy, "1"),
            artifact.sha256,
        )
        for checkpoint in card.model.checkpoints
        for artifact in checkpoint.artifacts.values()
    )
    headings = ("Version", "Format", "Bytes", "Parameters", "MACs", f"{metric} when trained", "SHA-256")
    return CardPart("Files", BASES[Basis.RECORDED], (), table(headings, rows))
