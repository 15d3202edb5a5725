"""What one stress test found, as page and terminal show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from odviz.charts.figure import Figure
from odviz.charts.palette import Look

Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class StressPart:
    """What one stress test found.

    Attributes:
        test: its name.
        sentence: in plain words.
        notes: how the figures are to be read.
        headings: of the table.
        rows: of the table.
        draw: the picture, in the colours of a theme.
    """

    test: str
    sentence: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Rows
    draw: Callable[[Look], Figure]
