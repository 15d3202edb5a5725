"""A document as a file, by its ending."""

from __future__ import annotations

from enum import StrEnum

from odviz.report.paper.document import Document
from odviz.report.paper.html import html


class ReportFormat(StrEnum):
    """How a document is written; the end of the file's name."""

    HTML = "html"
    PDF = "pdf"


def written(document: Document, format: ReportFormat) -> bytes:
    """The content of a document's file."""
    if format is ReportFormat.HTML:
        return html(document).encode()
    from odviz.report.paper.pdf import pdf  # here: fpdf takes longer to import than an HTML file to write

    return pdf(document)
