"""Counts of a graph and the liveness of its tensors, for all formats."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from odviz.domain.model import MacKind


@dataclass(slots=True)
class Tally:
    """Counts of one graph; filled in by a walk over its operators.

    Attributes:
        macs: multiply-accumulates of one inference.
        kinds: those of them of each kind.
        activations: numbers written by convolutions, products and recurrences.
        parameters: learned numbers stored.
        nonzero_parameters: those that are not zero.
        compute_ops: convolutions, products and recurrences.
        quantized_ops: those of them whose weights (or both operands) are integers.
        peak_activation_bytes: see `peak_bytes`; None where a shape is not known.
        operators: how often each operator type occurs.
    """

    macs: int = 0
    kinds: Counter[MacKind] = field(default_factory=Counter)
    activations: int = 0
    parameters: int = 0
    nonzero_parameters: int = 0
    compute_ops: int = 0
    quantized_ops: int = 0
    peak_activation_bytes: int | None = None
    operators: dict[str, int] = field(default_factory=dict)

    def count(self, operator: str) -> None:
        """One more operator of this type."""
        self.operators[operator] = self.operators.get(operator, 0) + 1


def convolution_kind(kernel: Sequence[int], steps: Sequence[int], groups: int, channels: int) -> MacKind:
    """The kind of a convolution.

    Args:
        kernel: its extent along each axis.
        steps: its strides and dilations; those that are left out are 1.
        groups: how many there are.
        channels: input channels of a group.
    """
    if groups > 1:
        return MacKind.DEPTHWISE if channels == 1 else MacKind.GROUPED
    if math.prod(kernel) == 1:
        return MacKind.POINTWISE
    return MacKind.CONV3X3 if tuple(kernel) == (3, 3) and set(steps) <= {1} else MacKind.CONV


def product_kind(written: Sequence[int]) -> MacKind:
    """The kind of a product that writes this shape: one row reads each weight once, and waits for memory."""
    return MacKind.DENSE if math.prod(written[:-1]) == 1 else MacKind.POINTWISE


@dataclass(frozen=True, slots=True)
class Touch:
    """One executed operator: the activation tensors it reads and writes."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]


class Aliases:
    """Tensors that share one buffer: views, in-place activations, fused Q/DQ pairs (a union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The tensor whose buffer this one lives in."""
        while name in self._parent:
            name = self._parent[name]
        return name

    def share(self, name: str, owner: str) -> None:
        """Let `name` live in the buffer of `owner`."""
        name, owner = self.root(name), self.root(owner)
        if name != owner:
            self._parent[name] = owner


def peak_bytes(
    steps: Sequence[Touch],
    inputs: Iterable[str],
    outputs: Iterable[str],
    sizes: Mapping[str, int],
    aliases: Aliases,
) -> int | None:
    """Most bytes of activations alive at once when operators run in file order.

    A tensor lives from the operator that writes it to the last one that reads it; the graph's inputs live from the
    start to their last use, its outputs to the end. While an operator runs, what it reads and writes is alive.

    Args:
        steps: operators in file order.
        inputs: names of the graph's inputs.
        outputs: names of its outputs.
        sizes: bytes of each tensor; a name that is missing has no static shape.
        aliases: which tensors share a buffer; the buffer is as large as its owner.

    Returns:
        Bytes, or None where a tensor's size is not known.
    """
    born: dict[str, int] = {aliases.root(name): -1 for name in inputs}
    dies: dict[str, int] = dict(born)
    for index, step in enumerate(steps):
        for name in map(aliases.root, (*step.reads, *step.writes)):
            born.setdefault(name, index)
            dies[name] = index
    for name in map(aliases.root, outputs):
        dies[name] = len(steps)
    if any(name not in sizes for name in born):
        return None
    changes = [0] * (len(steps) + 3)
    for name, start in born.items():
        changes[start + 1] += sizes[name]
        changes[dies[name] + 2] -= sizes[name]
    peak = alive = 0
    for change in changes:
        alive += change
        peak = max(peak, alive)
    return peak
