"""How much of a model a quantizer converted."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.base import Applied
from odviz.formats import FORMATS


def covered(target: Path, format: str, why_not: str, *, spared: int = 0) -> Applied:
    """The result of a quantizer, from the share of convolutions, products and recurrences that became integers.

    Args:
        target: the quantized file.
        format: its format.
        why_not: a sentence that says which operators the method cannot quantize.
        spared: how many were left in float on purpose; the caller adds a note about them.
    """
    facts = FORMATS[format].facts(target)
    integers = round(facts.quantized_ops * facts.compute_ops)
    if not integers:
        return Applied(False, (why_not,))
    if integers + spared >= facts.compute_ops:
        return Applied(True)
    return Applied(True, (f"{integers} of {facts.compute_ops} compute operators became integers. {why_not}",))
