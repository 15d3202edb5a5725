"""A document as one HTML file that loads nothing, for a screen, a phone and A4 paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

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
    unbroken,
)
from odviz.report.paper.svg import svg

_INTERVAL = re.compile(r"\(?[\d.,]+–[\d.,]+\)?(?:\u00a0\w+)?")

_STYLE = """
:root { color: #1f2430; background: #fff; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2.5rem auto 4rem; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem }
p, ul { margin: .5rem 0; max-width: 46rem } ul { padding-left: 1.2rem }
small, footer { font-size: .8125rem; color: #5d6470 } .subject { color: #5d6470 }
.answer { font-size: 1.3rem; line-height: 1.4; margin: 1.5rem 0; padding-left: 1rem; border-left: 4px solid #0072b2 }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.35; margin: .8rem 0 }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #e6e9ee }
th, td { overflow-wrap: break-word } tbody th, td { overflow-wrap: anywhere; min-width: 4.5rem }
.whole { white-space: nowrap } thead th { border-color: #5d6470; vertical-align: bottom }
tbody th { font-weight: normal } .strong > * { font-weight: 600 }
th small, td small { display: block; font-weight: normal; font-size: .75rem }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1rem 2rem }
.chart svg, .charts svg { width: 100%; height: auto; font-family: inherit }
.legend { max-width: none; font-size: .8125rem; color: #5d6470 }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid #e6e9ee }
@media screen and (max-width: 40rem) {
  thead { display: none } tr { display: block; padding: .5rem 0; border-bottom: 1px solid #e6e9ee }
  th, td { display: grid; grid-template-columns: 9.5rem 1fr; gap: 0 .8rem; padding: .1rem 0; border: 0 }
  tbody th { display: block; font-weight: 600 } td:before { content: attr(data-of); color: #5d6470 }
  td:empty { display: none } h1 { font-size: 1.5rem } .answer { font-size: 1.15rem }
}
@media print {
  @page { size: A4; margin: 16mm 15mm } :root { font-size: 10pt } body { margin: 0; max-width: none; padding: 0 }
  .charts { grid-template-columns: 1fr 1fr } h2 { break-after: avoid } tr, svg, .answer { break-inside: avoid }
  table { font-size: 8pt } thead { display: table-header-group } th, td { padding-right: .5rem }
}
"""


def html(document: Document) -> str:
    """Write a document as HTML."""
    return page(document.title, document.subject, document.blocks, document.footer)


def page(title: str, subject: str, blocks: Iterable[Block], footer: str = "") -> str:
    """Write blocks as one page.

    Args:
        title: of the page.
        subject: what it is about, below the title.
        blocks: its content.
        footer: what stands at its end beside who wrote it.
    """
    return shell(
        title,
        _STYLE,
        f'<header><h1>{escape(title)}</h1><p class="subject">{escape(subject)}</p></header>'
        f"<main>{''.join(map(_block, blocks))}</main><footer>Written by odviz. {escape(footer)}</footer>",
    )


def shell(title: str, style: str, body: str) -> str:
    """An HTML file that loads nothing.

    Args:
        title: of its window.
        style: its CSS.
        body: its content as HTML.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · odviz</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h2>{escape(block.text)}</h2>\n"
        case Paragraph():
            return f"<p>{_spans(block.spans)}</p>\n"
        case Lead():
            return f'<p class="answer">{_spans(block.spans)}</p>\n'
        case Bullets():
            return f"<ul>{''.join(f'<li>{_spans(point)}</li>' for point in block.points)}</ul>\n"
        case FigureTable():
            return _table(block)
        case Charts():
            legend = f'<p class="legend">{"<br>".join(map(_spans, block.legend))}</p>' if block.legend else ""
            kind = "charts" if len(block.charts) > 1 else "chart"
            return f'<div class="{kind}">{"".join(map(svg, block.charts))}</div>{legend}\n'


def _table(block: FigureTable) -> str:
    head = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in block.headings)
    names = [f"{one.text} ({one.note})" if one.note else one.text for one in block.headings[1:]]
    rows = "\n".join(_row(row, names) for row in block.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n"


def _row(row: Row, names: Sequence[str]) -> str:
    """A row; on a phone each cell says by itself what it is of."""
    first, *others = row.cells
    cells = (
        f'<td data-of="{escape(name)}"><div>{_cell(cell)}</div></td>' if cell.text else "<td></td>"
        for cell, name in zip(others, names, strict=True)
    )
    kind = ' class="strong"' if row.emphasised else ""
    return f'<tr{kind}><th scope="row">{_cell(first)}</th>{"".join(cells)}</tr>'


def _cell(cell: Cell) -> str:
    text = _INTERVAL.sub(r'<span class="whole">\g<0></span>', escape(unbroken(cell.text)))
    return text + (f"<small>{escape(cell.note)}</small>" if cell.note else "")


def _spans(parts: Iterable[Span]) -> str:
    return "".join(map(_span, parts))


def _span(span: Span) -> str:
    text = escape(unbroken(span.text))
    if span.tone is Tone.BOLD:
        return f"<b>{text}</b>"
    if span.tone is Tone.SMALL:
        return f"<small>{text}</small>"
    return f'<span style="color: {span.colour}">{text}</span>' if span.colour else text
