"""Text in CSV files that spreadsheets open: cells that would be run as formulas are marked as text."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@")


def guarded(text: str) -> str:
    """Text as a cell, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(cell: str) -> str:
    """The text of a cell that `guarded` may have written."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
