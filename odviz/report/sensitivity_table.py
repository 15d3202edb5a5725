"""The sensitivity table of a made file, for people: what int8 does to each operator, and which stay float."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.domain.model import Sensitivity
from odviz.units import percent

HEADINGS = ("Operator", "Error alone in int8", "Share of MACs", "Kept as")
EXPLANATION = (
    "Each operator was turned into int8 alone. The error is that of the outputs on calibration items (root mean "
    "square, as a share of their spread). From the most sensitive one on, operators stay float until the whole loses "
    "little."
)


def rows(sensitivities: Sequence[Sensitivity]) -> list[tuple[str, ...]]:
    """A row per operator, as `HEADINGS` names its cells."""
    return [
        (row.name, percent(row.error, 2), percent(row.macs, 1), "float" if row.stays_float else "int8")
        for row in sensitivities
    ]
