"""A document as PDF on A4: text that can be selected, and charts as lines and shapes.

`fonts/` holds DejaVu Sans Condensed (`LICENSE` beside it), reduced to Latin, Greek and Cyrillic writing and symbols.
A character that it does not have is written by its number, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from odviz.charts.palette import LIGHT
from odviz.report.paper.document import (
    Block,
    Bullets,
    Cell,
    Charts,
    Document,
    FigureTable,
    Heading,
    Lead,
    Paragraph,
    Row,
    Span,
    Tone,
    small,
    unbroken,
)
from odviz.report.paper.pdf_chart import draw

_FONTS = {"": "DejaVuSansCondensed.ttf", "B": "DejaVuSansCondensed-Bold.ttf"}
_FAMILY = "sans"
_MARGIN_MM, _BOTTOM_MM, _GAP_MM, _INDENT_MM = 15.0, 18.0, 3.0, 4.0
_TITLE_PT, _ANSWER_PT, _HEADING_PT, _TEXT_PT, _SMALL_PT, _TABLE_PT, _NOTE_PT = 19.0, 13.0, 12.5, 9.5, 8.0, 8.0, 6.8
_LEADING = 1.42
_MM_PER_PT = 25.4 / 72
_HEADING_MM = 25.0
"""A heading with a few lines below it."""

_LONGEST_WORD_MM, _CELL_GAP_MM, _CELL_PAD_MM = 38.0, 2.5, 1.0
_COLUMNS, _MM_PER_PX = 2, 0.24
"""Charts side by side, and the scale of one alone."""

_SPELLED = "Characters that the typeface of this PDF does not have are written as [U+number]; the HTML report has them."


def pdf(document: Document) -> bytes:
    """Write a document as PDF; the same document gives the same bytes."""
    paper = _Paper(document)
    paper.add_page()
    paper.text_line(document.title, _TITLE_PT, "B")
    paper.text_line(document.subject, _TEXT_PT, colour=LIGHT.muted)
    paper.ln(_GAP_MM)
    for block, following in zip(document.blocks, (*document.blocks[1:], None), strict=True):
        if isinstance(block, Heading):
            paper.keep_together(_HEADING_MM + (paper.height_of(following) if isinstance(following, Charts) else 0.0))
        paper.block(block)
    if paper.spelled:
        paper.block(Paragraph(small(_SPELLED)))
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 pages with a footer."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.spelled = False
        self._footer = f"odviz · {document.footer}"
        folder = resources.files("odviz.report.paper") / "fonts"
        for style, name in _FONTS.items():
            with resources.as_file(folder / name) as path:
                self.add_font(_FAMILY, style, path)
        fonts = (set(font.cmap) for font in self.fonts.values() if isinstance(font, TTFFont))
        self._characters = set.intersection(*fonts)
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(True, _BOTTOM_MM)
        self.c_margin = 0.0
        self.set_title(self.written(document.title))
        self.set_lang("en")
        self.set_creator("odviz")
        self.set_creation_date(document.dated)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Draw the hash and the number of the page."""
        self.set_y(-_BOTTOM_MM + 6)
        self._type(_NOTE_PT, colour=LIGHT.muted)
        self.cell(0, text=self._footer, new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, text=f"{self.page_no()} / {{nb}}", align="R")

    def written(self, text: str) -> str:
        """A text with what the typeface does not have by its number."""
        text = unbroken(text)
        if all(ord(char) in self._characters for char in text):
            return text
        self.spelled = True
        return "".join(char if ord(char) in self._characters else f"[U+{ord(char):04X}]" for char in text)

    def block(self, block: Block) -> None:
        """Draw a block."""
        match block:
            case Heading():
                self.ln(_GAP_MM)
                self.start_section(self.written(block.text))
                self.text_line(block.text, _HEADING_PT, "B")
                self.ln(1)
            case Paragraph():
                self._flow(block.spans, _TEXT_PT)
                self.ln(1.5)
            case Lead():
                self._answer(block)
            case Bullets():
                for point in block.points:
                    self._point(point)
                self.ln(1.5)
            case FigureTable():
                self._table(block)
                self.ln(_GAP_MM)
            case Charts():
                self._charts(block)

    def text_line(self, text: str, size: float, style: str = "", colour: str = LIGHT.text) -> None:
        """Write a text across the page, over several lines if it is long."""
        self._type(size, style, colour)
        self.multi_cell(0, size * _MM_PER_PT * 1.25, self.written(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _type(self, size: float, style: str = "", colour: str = LIGHT.text) -> None:
        self.set_font(_FAMILY, style, size)
        self.set_text_color(colour)

    def _flow(self, spans: Iterable[Span], size: float) -> None:
        """Write a sentence in its tones, and end the line."""
        height = size * _MM_PER_PT * _LEADING
        for span in spans:
            small = span.tone is Tone.SMALL
            colour = span.colour or (LIGHT.muted if small else LIGHT.text)
            self._type(size - 1.5 if small else size, "B" if span.tone is Tone.BOLD else "", colour)
            self.write(height, self.written(span.text))
        self.ln(height)

    def _answer(self, block: Lead) -> None:
        """Write the answer with a bar at its left."""
        page, top = self.page, self.get_y()
        self.set_left_margin(_MARGIN_MM + _INDENT_MM)
        self._flow(block.spans, _ANSWER_PT)
        self.set_left_margin(_MARGIN_MM)
        if self.page == page:
            self.set_fill_color(LIGHT.hues[0])
            self.rect(_MARGIN_MM, top, 1.0, self.get_y() - top, style="F")
        self.ln(_GAP_MM)

    def _point(self, spans: Sequence[Span]) -> None:
        self._type(_TEXT_PT, colour=LIGHT.muted)
        self.set_x(_MARGIN_MM)
        self.write(_TEXT_PT * _MM_PER_PT * _LEADING, "•")
        self.set_left_margin(_MARGIN_MM + _INDENT_MM)
        self.set_x(_MARGIN_MM + _INDENT_MM)
        self._flow(spans, _TEXT_PT)
        self.set_left_margin(_MARGIN_MM)
        self.set_x(_MARGIN_MM)

    def height_of(self, block: Charts) -> float:
        """Height of the first charts, those that stand side by side."""
        width, first = self._chart_width(block), block.charts[:_COLUMNS]
        return max(width * one.height / one.width for one in first)

    def _chart_width(self, block: Charts) -> float:
        if len(block.charts) > 1:
            return (self.epw - 2 * _GAP_MM) / _COLUMNS
        return min(self.epw, _MM_PER_PX * block.charts[0].width)

    def _charts(self, block: Charts) -> None:
        width = self._chart_width(block)
        for start in range(0, len(block.charts), _COLUMNS):
            row = block.charts[start : start + _COLUMNS]
            height = max(width * one.height / one.width for one in row)
            self.keep_together(height)
            for place, chart in enumerate(row):
                left = self.l_margin + place * (width + 2 * _GAP_MM)
                draw(self, chart, left, self.get_y(), width, _FAMILY, self.written)
            self.set_y(self.get_y() + height + _GAP_MM)
        for line in block.legend:
            self._flow(line, _SMALL_PT)
        self.ln(_GAP_MM)

    def keep_together(self, height: float) -> None:
        """Begin a page where what follows would be parted."""
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()

    def _table(self, table: FigureTable) -> None:
        head = Row(table.headings)
        widths = self._widths((head, *table.rows))
        self._row(head, widths, is_head=True)
        for row in table.rows:
            if self.get_y() + self._height(row, widths) > self.page_break_trigger:
                self.add_page()
                self._row(head, widths, is_head=True)
            self._row(row, widths)

    def _widths(self, rows: Sequence[Row]) -> list[float]:
        """Widths of columns: what their longest words need, and of the rest as much as their texts want."""
        least, wanted = [], []
        for column in zip(*(row.cells for row in rows), strict=True):
            self._type(_TABLE_PT, "B")
            words = [
                word for cell in column for text in (cell.text, cell.note) for word in self.written(text).split(" ")
            ]
            longest = max(map(self.get_string_width, words), default=0.0)
            least.append(min(longest, _LONGEST_WORD_MM) + _CELL_GAP_MM)
            whole = max(self.get_string_width(self.written(cell.text)) for cell in column) + _CELL_GAP_MM
            wanted.append(max(whole, least[-1]))
        room = self.epw - sum(least)
        if room <= 0:
            return [width * self.epw / sum(least) for width in least]
        more = sum(wanted) - sum(least)
        share = min(room / more, 1.0) if more else 0.0
        return [low + share * (high - low) for low, high in zip(least, wanted, strict=True)]

    def _height(self, row: Row, widths: Sequence[float]) -> float:
        heights = (
            sum(len(lines) * size for lines, size in self._lines(cell, width, row.emphasised))
            for cell, width in zip(row.cells, widths, strict=True)
        )
        return max(heights) * _MM_PER_PT * 1.25 + 2 * _CELL_PAD_MM

    def _lines(self, cell: Cell, width: float, bold: bool) -> list[tuple[list[str], float]]:
        """The lines of a cell's text and of its note, each with the size of its type."""
        parts = []
        for text, size, style in ((cell.text, _TABLE_PT, "B" if bold else ""), (cell.note, _NOTE_PT, "")):
            if text:
                self._type(size, style)
                lines = self.multi_cell(
                    width - _CELL_GAP_MM, text=self.written(text), dry_run=True, output=MethodReturnValue.LINES
                )
                parts.append((cast("list[str]", lines), size))
        return parts

    def _row(self, row: Row, widths: Sequence[float], is_head: bool = False) -> None:
        height, left, top = self._height(row, widths), self.l_margin, self.get_y()
        for cell, width in zip(row.cells, widths, strict=True):
            y = top + _CELL_PAD_MM
            for place, (lines, size) in enumerate(self._lines(cell, width, row.emphasised)):
                bold = row.emphasised and place == 0
                self._type(size, "B" if bold else "", LIGHT.muted if place or is_head else LIGHT.text)
                for line in lines:
                    self.set_xy(left, y)
                    self.cell(width, size * _MM_PER_PT * 1.25, line)
                    y += size * _MM_PER_PT * 1.25
            left += width
        self.set_draw_color(LIGHT.muted if is_head else LIGHT.grid)
        self.set_line_width(0.2)
        self.line(self.l_margin, top + height, self.l_margin + self.epw, top + height)
        self.set_xy(self.l_margin, top + height)
