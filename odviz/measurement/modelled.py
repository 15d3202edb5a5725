"""Energy per inference from first principles, as a range, for machines without an energy meter.

Every operation and every byte moved has a published energy (data/energy_per_op.csv). The low end assumes the newer
process and perfect reuse of data; the high end the older process and no reuse:

==============  ==============================================  ===================================================
part            low (7 nm)                                      high (45 nm)
==============  ==============================================  ===================================================
arithmetic      a multiplication and an addition per MAC        the same
operands        stay in registers                               both of every MAC come from a 32 kB SRAM
weights         read once from a 1 MB SRAM                      read once from DRAM
activations     the peak moved once through a 1 MB SRAM         the peak moved by every operator; through DRAM if it
                                                                does not fit 1 MB
==============  ==============================================  ===================================================

The inputs and outputs of an operator are live at the same time, so no operator moves more than the peak, and the peak
is moved at least once. Instruction handling, idle power and leakage are in neither end. They can exceed the rest
(Horowitz, ISSCC 2014: about 70 pJ per instruction), so the range does not predict battery drain. What the table leaves
open is a property of the machine, the same for every network on it: ratios of networks are known better than joules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from odviz.arrays import Floats
from odviz.domain.errors import FileRefused
from odviz.domain.estimate import Estimate, EstimateKind, Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.target import Precision
from odviz.domain.text import number, quoted
from odviz.library.files import printable
from odviz.library.paths import data_dir
from odviz.library.tables import read_table

ASSUMPTIONS = 5
"""Number of assumptions about the machine; see `joules`."""

SCOPE = "arithmetic and memory traffic only; no instruction handling, idle power or leakage"
SOURCE = "Horowitz, ISSCC 2014 (45 nm); Jouppi et al., ISCA 2021, Table 2 (7 nm)"

_COLUMNS = ("operation", "pJ_7nm", "pJ_45nm_0.9V")
"""Columns of the table."""

_PICO = 1e-12
_WORD_BYTES = 8
_ON_CHIP_BYTES = 1 << 20
_FLOAT = "fp32"
_BYTES = {"fp32": 4, "fp16": 2, "int8": 1, "int32": 4}
_ARITHMETIC = {"fp16": ("fp16", "fp32"), "int8": ("int8", "int8"), "int16x8": ("int8", "int32")}
"""Number formats of least and most energy for a precision; all other precisions compute in fp32.

CPUs without fp16 arithmetic convert to fp32; 16-bit integers lie between the two formats with a published energy.
"""


_KINDS = (_FLOAT, "fp16", "int8", "int32")
_NEEDED = (
    *(f"{kind} {operation}" for kind in _KINDS for operation in ("mult", "add")),
    "SRAM 32KB 64-bit",
    "SRAM 1MB 64-bit",
    "DRAM 64-bit (DDR3/4)",
)
"""Operations that must be in the table."""


@dataclass(frozen=True, slots=True)
class Price:
    """Energy of one operation in joules.

    Attributes:
        low: in the newer process.
        high: in the older process.
    """

    low: float
    high: float


def prices(path: Path | None = None) -> Mapping[str, Price]:
    """Energy of every operation that the table has for both processes.

    Args:
        path: the table; the built-in one by default.

    Raises:
        FileRefused: the table is missing, malformed, or lacks a needed operation.
    """
    path = path or data_dir() / "energy_per_op.csv"
    table = _prices(path, path.stat().st_mtime_ns if path.exists() else 0)
    if isinstance(table, FileRefused):
        raise table
    return table


def damage() -> str:
    """Why no energy can be modelled: what is wrong with the table; empty if nothing is."""
    try:
        prices()
    except FileRefused as error:
        return str(error)
    return ""


@cache
def _prices(path: Path, modified: int) -> Mapping[str, Price] | FileRefused:  # noqa: ARG001 - a changed file is read
    try:
        return _read(path)
    except FileRefused as error:  # kept too: it is asked for every variant
        return error


def _read(path: Path) -> Mapping[str, Price]:
    table: dict[str, Price] = {}
    for place, cells in read_table(path, _COLUMNS, "table of energy per operation").rows:
        ends = [_ends(cells[column], column, place) for column in _COLUMNS[1:]]
        if all(ends):
            table[cells["operation"]] = Price(ends[0][0] * _PICO, ends[1][1] * _PICO)
    missing = [name for name in _NEEDED if name not in table or not 0 < table[name].low <= table[name].high]
    if missing:
        raise FileRefused(f"{printable(path)} has no price of {', '.join(missing)}: restore that file.")
    return table


def _ends(cell: str, column: str, place: str) -> tuple[float, ...]:
    """Both ends of a range such as "1.3-2.6", of a single number twice; empty for an empty cell."""
    low, _, high = cell.partition("-")
    try:
        return (number(low), number(high or low)) if cell else ()
    except ValueError:
        raise FileRefused.at(place, column, f"is {quoted(cell)}, which is no number and no range.") from None


def modelled_energy(facts: GraphFacts, precision: Precision) -> Estimate | None:
    """Range of the energy of one inference at batch 1.

    Args:
        facts: facts of the model file.
        precision: precision of its quantized operators; the others compute in fp32.

    Returns:
        An estimate without a value, in joules; None where the table cannot be read, see `damage`.
    """
    ends = np.array([[0.0] * ASSUMPTIONS, [1.0] * ASSUMPTIONS])
    try:
        low, high = joules([(facts, precision)], ends).ravel().tolist()
    except FileRefused:
        return None
    return Estimate(
        None,
        low,
        max(low, high),
        "J",
        Provenance.MODELLED,
        level=1.0,
        scope=SCOPE,
        source=SOURCE,
        kind=EstimateKind.COMPUTING_ALONE,
    )


def joules(networks: Iterable[tuple[GraphFacts, Precision]], assumptions: Floats) -> Floats:
    """Energy of one inference at batch 1, under assumptions about the machine that hold for all networks on it.

    Each assumption is 0 at the low end of the table above, 1 at the high end, and linear between them: the process,
    arithmetic in a wider format, and where operands, weights and activations are read from.

    Args:
        networks: facts and precision of each.
        assumptions: shape (B, ASSUMPTIONS).

    Returns:
        Joules, shape (B, networks).
    """
    counts = np.array([_counts(facts, precision) for facts, precision in networks])
    return np.asarray(_costs(assumptions) @ counts.T)


def _counts(facts: GraphFacts, precision: Precision) -> list[float]:
    """How much of each of `_costs` a network needs: MACs by arithmetic, words of weights, words of activations."""
    share = facts.quantized_ops if precision.is_integer else 1.0
    macs = dict.fromkeys((_FLOAT, *_ARITHMETIC), 0.0)
    macs[precision if precision in macs else _FLOAT] += share * facts.macs
    macs[_FLOAT] += (1 - share) * facts.macs
    moved = (facts.peak_activation_bytes or 0) / _WORD_BYTES
    everywhere = moved * sum(facts.operators.values())
    fits = (facts.peak_activation_bytes or 0) <= _ON_CHIP_BYTES
    return [*macs.values(), facts.file_bytes / _WORD_BYTES, moved, everywhere * fits, everywhere * (not fits)]


def _costs(assumptions: Floats) -> Floats:
    """Joules of one of each of `_counts`, shape (B, counts)."""
    process, wider, fetched, weights_off_chip, everywhere = assumptions.T
    price = {name: ends.low * (1 - process) + ends.high * process for name, ends in prices().items()}
    on_chip, dram = price["SRAM 1MB 64-bit"], price["DRAM 64-bit (DDR3/4)"]

    def mac(kind: str) -> Floats:
        """A multiplication and an addition, with operands; products of 8-bit integers are summed in 32 bits."""
        arithmetic = price[f"{kind} mult"] + price["int32 add" if kind == "int8" else f"{kind} add"]
        return np.asarray(arithmetic + fetched * 2 * _BYTES[kind] / _WORD_BYTES * price["SRAM 32KB 64-bit"])

    formats = [(_FLOAT, _FLOAT), *_ARITHMETIC.values()]
    macs = [mac(narrow) * (1 - wider) + mac(wide) * wider for narrow, wide in formats]
    weights = on_chip * (1 - weights_off_chip) + dram * weights_off_chip
    return np.stack([*macs, weights, on_chip * (1 - everywhere), on_chip * everywhere, dram * everywhere], axis=1)
