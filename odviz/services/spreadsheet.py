"""Words in tables that spreadsheets open: what would be taken for a formula there is marked as words."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@")


def guarded(text: str) -> str:
    """Text as a cell: a sign before what a spreadsheet would run says that it is words."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(cell: str) -> str:
    """The text of a cell that `guarded` may have written."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
