"""Documents as HTML and PDF."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from odviz.charts.vector_chart import Area, Circle, Path, VectorChart, Words
from odviz.report.markdown import plain
from odviz.report.paper.document import (
    Bullets,
    Cell,
    Charts,
    Document,
    FigureTable,
    Heading,
    Lead,
    Paragraph,
    Row,
    Tone,
    spans,
    table,
    words,
)
from odviz.report.paper.html import html
from odviz.report.paper.pdf import pdf

HOSTILE = "</svg><script>alert(1)</script>\"'&amp;"
PICTURE = VectorChart(
    "Accuracy against latency",
    HOSTILE,
    200.0,
    100.0,
    Area(20.0, 10.0, 170.0, 70.0),
    (
        Circle((50.0, 40.0), 5.0, "#FFFFFF", 1.0, "#0072B2"),
        Path(((0.0, 0.0), (10.0, 10.0)), "#5D6470", dash=(2.0, 2.0)),
    ),
    (Path(((20.0, 80.0), (190.0, 80.0)), "#5D6470"),),
    (Words("recommended", (60.0, 40.0), 11.0, "#1F2430", 0.5), Words("up", (8.0, 50.0), 11.0, "#1F2430", 0.5, True)),
)


def document(*blocks, title="Report"):
    return Document(title, "Of a test", datetime(2026, 11, 30, tzinfo=UTC), blocks)


def text_of(content):
    """The text of a PDF, without line ends."""
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


WHOLE = document(
    Lead(spans("Ship **this**: 1.24 ms.")),
    Heading("Charts"),
    Charts((PICTURE, PICTURE), (words("A key"),)),
    Bullets((words("first"), words("second"))),
    FigureTable(
        (Cell("Variant"), Cell("Latency", "projected")), (Row((Cell("net", "recommended"), Cell("1.24 ms")), True),)
    ),
    Paragraph(words(HOSTILE)),
)


@pytest.mark.parametrize("write", [lambda one: unescape(html(one)), lambda one: text_of(pdf(one))])
def test_every_block_is_in_every_format(write):
    text = write(WHOLE).replace("\u00a0", " ")
    for expected in ("Report", "Of a test", "1.24 ms", "A key", "second", "projected", "recommended", HOSTILE):
        assert expected in text
    assert WHOLE.sha256 in text


def test_html_loads_nothing_and_holds_no_markup_of_others():
    text = html(WHOLE)
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|href=|@import|url\(", text)
    assert text.count("<svg role=") == 2 == text.count("<desc>") == text.count("<title>Accuracy")


def test_pdf_is_a4_with_selectable_text_in_charts_and_the_same_bytes_again():
    content = pdf(WHOLE)
    reader = PdfReader(BytesIO(content))
    assert all([float(end) for end in page.mediabox[2:]] == pytest.approx([595.28, 841.89]) for page in reader.pages)
    assert text_of(content).count("recommended") == 3 and not any(page.images for page in reader.pages)
    assert (reader.metadata.title, reader.outline[0].title) == ("Report", "Charts")
    assert pdf(WHOLE) == content and len(content) < 100_000


@pytest.mark.parametrize("name", ["ResNet-8 Größe λ µ", "Сеть", "模型", "שלום", "🤖", "a\x07b\u202e", "W" * 400])
def test_any_name_can_be_written(name):
    """What the typeface does not have is written by its number, and a note says so."""
    rows = [[name, "1.24 ms"]]
    text = text_of(pdf(document(Lead(words(name)), table(["Variant", name], rows), title=name))).replace(" ", "")
    spelled = "".join(one if one in text else f"[U+{ord(one):04X}]" for one in name.replace(" ", ""))
    assert text.count(spelled) >= 3
    assert ("typefaceofthisPDF" in text) == ("[U+" in spelled)


def test_a_long_table_repeats_its_headings_on_each_page():
    rows = [[f"variant {place}", "1.24 ms (1.20–1.28)", "93.3 %"] for place in range(120)]
    pages = PdfReader(BytesIO(pdf(document(table(["Variant", "Latency", "Accuracy"], rows))))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 2 and all("Latency" in text for text in texts)
    assert all(f"variant {place}" in "".join(texts) for place in range(120))


def test_the_hash_is_of_the_content():
    assert document(Heading("a")).sha256 == document(Heading("a")).sha256 != document(Heading("b")).sha256


@pytest.mark.parametrize("text", ["a*", "**", "\\", "*a* _b_ [c](d)", "1. x"])
def test_spans_undo_the_escapes_of_markdown(text):
    parts = spans(f"**{plain(text)}** is {plain(text)}", plain(text))
    assert "".join(part.text for part in parts) == f"{text} is {text} {text}"
    assert [part.tone for part in parts] == [Tone.BOLD, Tone.PLAIN, Tone.SMALL]
