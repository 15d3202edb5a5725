"""Whether a quantizer did anything, and how much, said in words."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.base import Applied
from odviz.formats import FORMATS


def covered(target: Path, format: str, why_not: str, *, spared: int = 0) -> Applied:
    """Judge a quantized file by how many of its convolutions, products and recurrences became integers.

    Args:
        target: the quantized file.
        format: its format.
        why_not: a sentence that says which operators the method cannot quantize.
        spared: how many were left in float on purpose, which is said elsewhere.
    """
    found = FORMATS[format].facts(target)
    done = round(found.quantized_ops * found.compute_ops)
    if not done:
        return Applied(False, (why_not,))
    if done + spared >= found.compute_ops:
        return Applied(True)
    return Applied(True, (f"{done} of {found.compute_ops} compute operators became integers. {why_not}",))
