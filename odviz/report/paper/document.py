"""What a document consists of, whatever format it is written in. All texts are unescaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from odviz.charts.vector_chart import VectorChart
from odviz.serialization import to_json

_BOLD, _ESCAPED = re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*"), re.compile(r"\\(.)")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|[kMGmµn]?[sBJ])(?![\w]))")


class Tone(StrEnum):
    """How loud a text is."""

    PLAIN = "plain"
    BOLD = "bold"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a sentence.

    Attributes:
        text: of it.
        tone: how loud it is.
        colour: "#rrggbb" of what stands for a colour of a chart; empty for that of the text.
    """

    text: str
    tone: Tone = Tone.PLAIN
    colour: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Lead:
    """What the document says first, in a sentence or two."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, a point each."""

    points: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: of it.
        note: below it and smaller, such as a provenance.
    """

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: one per heading; the first names the row.
        emphasised: whether it stands out.
    """

    cells: tuple[Cell, ...]
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table.

    Attributes:
        headings: of its columns; a note says what holds for the whole column.
        rows: from top to bottom.
    """

    headings: tuple[Cell, ...]
    rows: tuple[Row, ...]

    @property
    def texts(self) -> Iterator[tuple[str, ...]]:
        """Headings, then rows, without notes."""
        return (tuple(cell.text for cell in cells) for cells in (self.headings, *(row.cells for row in self.rows)))


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts, side by side where there is room, and what their signs mean."""

    charts: tuple[VectorChart, ...]
    legend: tuple[Spans, ...] = ()


Block = Heading | Paragraph | Lead | Bullets | FigureTable | Charts


@dataclass(frozen=True, slots=True)
class Document:
    """A document.

    Attributes:
        title: of it.
        subject: what it is about and where that is from, below the title.
        dated: of the newest figure; not when it was written, so that the same figures are the same document.
        blocks: its content.
    """

    title: str
    subject: str
    dated: datetime
    blocks: tuple[Block, ...]

    @property
    def sha256(self) -> str:
        """Hash of the content, the same in every format."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()

    @property
    def footer(self) -> str:
        """What stands at the end: the hash, in words."""
        return f"sha256 of the content {self.sha256}"


def spans(markdown: str, exact: str = "") -> Spans:
    """The parts of a sentence of `report`, whose Markdown is limited to bold text and escaped characters.

    Args:
        markdown: the sentence.
        exact: what follows it in small type, in Markdown too; may be empty.
    """
    parts = _BOLD.split(markdown)
    tones = (Tone.PLAIN, Tone.BOLD)
    written = [Span(_unescaped(part), tones[place % 2]) for place, part in enumerate(parts) if part]
    if exact:
        written.append(Span(f" {_unescaped(exact.replace('**', ''))}", Tone.SMALL))
    return tuple(written)


def words(text: str) -> Spans:
    """A sentence as it is."""
    return (Span(text),)


def small(text: str) -> Spans:
    """A sentence in small type."""
    return (Span(text, Tone.SMALL),)


def unbroken(text: str) -> str:
    """A text in which no line ends between a number and its unit."""
    return _UNIT.sub("\u00a0", text)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> FigureTable:
    """A table of plain cells."""
    written = (Row(tuple(map(Cell, row))) for row in rows)
    return FigureTable(tuple(map(Cell, headings)), tuple(written))


def _unescaped(markdown: str) -> str:
    return _ESCAPED.sub(r"\1", markdown)
