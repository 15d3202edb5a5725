"""Text in CSV files that spreadsheets open: nothing is run as a formula, nothing steers a terminal."""

from __future__ import annotations

from odviz.domain.text import visible

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""Beginnings of cells that some spreadsheet takes for a formula, also after it has dropped white space."""


def guarded(text: str) -> str:
    """Text as a cell, with an apostrophe before what a spreadsheet would run as a formula; see `visible`."""
    cell = visible(text)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The text of a cell that `guarded` may have written."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
