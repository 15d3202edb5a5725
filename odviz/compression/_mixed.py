"""Mixed precision: which operators of a quantized model stay float, by their sensitivity.

Each operator is quantized alone; the error that this makes in the outputs ranks it (as in AIMET's and QNN's analyses).
Operators then stay float from the most sensitive one on until the loss of the whole is within an allowance, and go back
to integers where the loss stays within it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from odviz.compression._comparison import Comparison
from odviz.domain.model import Sensitivity

MOST_FLOAT = 0.5
"""Largest share of the MACs that stays float: beyond it the uncompressed network is the better choice."""

_GROWTH = 1.35
"""How much larger the next set of float operators is that is tried."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which operators stay float.

    Attributes:
        floats: their names, the most sensitive first.
        table: of all operators, the most sensitive first; empty if none has to stay float.
        before: loss with all in integers; see `Comparison.loss`.
        after: loss with these in float.
        macs: share of the multiply-accumulates that stay float.
    """

    floats: tuple[str, ...]
    table: tuple[Sensitivity, ...]
    before: float
    after: float
    macs: float


def choose(
    write: Callable[[Collection[str], Collection[str]], Path],
    work: Mapping[str, int],
    rough: Comparison,
    fine: Comparison,
    allowed: float,
) -> Choice:
    """Find the operators that have to stay float.

    Args:
        write: writes a quantized file, given the names of operators that stay float and, unless empty, of the only ones
            that are quantized.
        work: multiply-accumulates of each operator that may stay float.
        rough: compares a file with the original on few items, for ranking.
        fine: compares them on many.
        allowed: loss at which the search ends.
    """
    before = fine.loss(write((), ()))
    if before <= allowed:
        return Choice((), (), before, before, 0.0)
    total = sum(work.values()) or 1
    table = sorted(
        (Sensitivity(name, rough.error(write((), (name,))), macs / total) for name, macs in work.items()),
        key=lambda row: (-row.error, row.macs),
    )
    share = {row.name: row.macs for row in table}
    losses: dict[tuple[str, ...], float] = {(): before}

    def loss(floats: tuple[str, ...]) -> float:
        if floats not in losses:
            losses[floats] = fine.loss(write(floats, ()))
        return losses[floats]

    ranked = _affordable(table)
    size = 1
    while size <= len(ranked) and loss(ranked[:size]) > allowed:
        size = max(size + 1, int(_GROWTH * size))
    best = min(losses, key=lambda floats: (max(losses[floats], allowed), len(floats)))
    for name in reversed(best):
        fewer = tuple(other for other in best if other != name)
        if loss(fewer) <= max(allowed, losses[best]):
            best = fewer
    rows = tuple(replace(row, stays_float=row.name in best) for row in table)
    return Choice(best, rows, before, losses[best], sum(share[name] for name in best))


def _affordable(table: Collection[Sensitivity]) -> tuple[str, ...]:
    """Names of the operators that change the outputs, without those that would bring the float MACs over the limit."""
    names, macs = [], 0.0
    for row in table:
        if row.error > 0 and macs + row.macs <= MOST_FLOAT:
            names.append(row.name)
            macs += row.macs
    return tuple(names)
