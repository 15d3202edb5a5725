"""Whether a quantizer did anything, and how much, said in words."""

from __future__ import annotations

from pathlib import Path

from odviz.compression.base import Applied
from odviz.domain.model import Format
from odviz.graph import facts


def covered(target: Path, format: Format, why_not: str) -> Applied:
    """Judge a quantized file by the share of its convolutions, products and recurrences that became integers.

    Args:
        target: the quantized file.
        format: its format.
        why_not: a sentence that says which operators the method cannot quantize.
    """
    found = facts(target, format)
    done = round(found.quantized_ops * found.compute_ops)
    if not done:
        return Applied(False, (why_not,))
    if done == found.compute_ops:
        return Applied(True)
    return Applied(True, (f"{done} of {found.compute_ops} compute operators became integers: {_lower(why_not)}",))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
