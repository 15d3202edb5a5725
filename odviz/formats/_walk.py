"""The walk over the operators of a graph that counts its facts, for all formats."""

from __future__ import annotations

import math
import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Bools
from odviz.domain.model import GraphFacts, MacKind
from odviz.domain.why import LayerWork
from odviz.formats.base import FACTS_VERSION

Mask = Bools


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a graph.

    Attributes:
        kind: its type, as the format names it.
        inputs: names of the tensors it reads; "" for an optional one that is left out.
        outputs: names of the tensors it writes; likewise.
        node: the format's own record of it.
    """

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    node: Any


class GraphWalk(ABC):
    """A graph whose operators are in the order in which they run.

    Args:
        operators: in file order.
        stored: names of the tensors whose values are in the file.
        inputs: names of the graph's inputs.
        outputs: names of its outputs.
        sizes: bytes of each tensor; a name that is missing has no static shape.

    Attributes:
        learned: which inputs of an operator may hold what was learned.
        views: operators whose output lives in the buffer of their input.
        in_place: those that may overwrite an input that nobody else reads.
        fused: those that runtimes fuse into the producer of their input, if they are the only reader of it.
        carriers: those that a stored tensor passes through with as many learned numbers as before.
        dequantizer: the carrier that turns integers into real numbers.
    """

    learned: ClassVar[Mapping[str, Iterable[int]]]
    views: ClassVar[frozenset[str]]
    in_place: ClassVar[frozenset[str]]
    fused: ClassVar[frozenset[str]] = frozenset()
    carriers: ClassVar[frozenset[str]]
    dequantizer: ClassVar[str]

    def __init__(
        self,
        operators: Sequence[Operator],
        stored: Iterable[str],
        inputs: Sequence[str],
        outputs: Sequence[str],
        sizes: Mapping[str, int],
    ) -> None:
        self.operators, self.stored, self.sizes = operators, frozenset(stored), sizes
        self.producer = {name: op for op in operators for name in op.outputs if name}
        self._check_order()
        self.constant = set(self.stored)  # and everything computed from nothing but constants
        for op in operators:
            if all(not name or name in self.constant for name in op.inputs):
                self.constant.update(op.outputs)
        self.inputs, self.outputs = [name for name in inputs if name not in self.constant], outputs

    def _check_order(self) -> None:
        """Check that no operator reads what a later one writes; walks back to a producer then come to an end.

        Raises:
            ValueError: one does.
        """
        written: set[str] = set()
        for op in self.operators:
            late = [name for name in op.inputs if name in self.producer and name not in written]
            if late:
                raise ValueError(f"the operator {op.kind} reads {late[0]!r}, which is written later or by itself")
            written.update(op.outputs)

    @abstractmethod
    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a tensor.

        Raises:
            FileRefused: it is not fixed.
        """

    @abstractmethod
    def macs(self, op: Operator) -> int | None:
        """Multiply-accumulates of a convolution, product or recurrence; None for any other operator.

        Biases, normalizations, activations and element-wise work are not counted, as is usual.
        """

    @abstractmethod
    def mac_kind(self, op: Operator) -> MacKind:
        """The kind of an operator's multiply-accumulates."""

    @abstractmethod
    def is_quantized(self, op: Operator) -> bool:
        """Whether the weights of a convolution, product or recurrence, or both its operands, are integers."""

    @abstractmethod
    def nonzero(self, op: Operator, index: int, name: str, dequantize: Operator | None) -> Mask | None:
        """Which numbers of a stored tensor are not zero; None if they were not learned.

        Args:
            op: that reads it.
            index: of the input by which it does.
            name: of the stored tensor.
            dequantize: the operator between them that dequantizes it.
        """

    def buffer_of(self, name: str) -> object:
        """Where a stored tensor lies; tensors that share a buffer are counted once."""
        return name

    def origin(self, name: str) -> tuple[str, Operator | None]:
        """Name of a tensor before views and casts, and the last dequantizing operator passed on the way back."""
        dequantize = None
        while name not in self.stored and (op := self.producer.get(name)) and op.kind in self.carriers:
            if op.kind == self.dequantizer:
                dequantize = op
            name = op.inputs[0]
        return name, dequantize

    def facts(self, contents: Sequence[bytes]) -> GraphFacts:
        """Facts of a model.

        Args:
            contents: of each of its files.
        """
        kinds: Counter[MacKind] = Counter()
        learned: dict[object, Mask] = {}
        activations = compute_ops = quantized = 0
        for op in self.operators:
            work = self.macs(op)
            if work is not None:
                kinds[self.mac_kind(op)] += work
                activations += math.prod(self.shape(next(filter(None, op.outputs))))
                compute_ops += 1
                quantized += self.is_quantized(op)
            for index in self.learned.get(op.kind, ()):
                self._learn(op, index, learned)
        return GraphFacts(
            file_bytes=sum(map(len, contents)),
            compressed_bytes=sum(len(zlib.compress(content, 9)) for content in contents),
            parameters=sum(mask.size for mask in learned.values()),
            nonzero_parameters=sum(int(mask.sum()) for mask in learned.values()),
            macs=kinds.total(),
            peak_activation_bytes=self._peak(),
            quantized_ops=quantized / compute_ops if compute_ops else 0.0,
            compute_ops=compute_ops,
            operators=dict(sorted(Counter(op.kind for op in self.operators).items())),
            activations=activations,
            version=FACTS_VERSION,
            **{kind.value: kinds[kind] for kind in MacKind},
        )

    def work(self) -> tuple[LayerWork, ...]:
        """Multiply-accumulates and weights of each compute operator, in running order."""
        layers = []
        for op in self.operators:
            macs = self.macs(op)
            if macs is None:
                continue
            learned: dict[object, Mask] = {}
            for index in self.learned.get(op.kind, ()):
                self._learn(op, index, learned)
            weights = sum(mask.size for mask in learned.values())
            nonzero = sum(int(mask.sum()) for mask in learned.values())
            name = getattr(op.node, "name", "") or next(filter(None, op.outputs))
            layers.append(LayerWork(str(name), op.kind, macs, weights, weights - nonzero))
        return tuple(layers)

    def _learn(self, op: Operator, index: int, learned: dict[object, Mask]) -> None:
        if len(op.inputs) <= index:
            return
        name, dequantize = self.origin(op.inputs[index])
        if name not in self.stored or self.buffer_of(name) in learned:
            return
        mask = self.nonzero(op, index, name, dequantize)
        if mask is not None:
            learned[self.buffer_of(name)] = mask

    def _peak(self) -> int | None:
        """Most bytes of activations alive at once when operators run in file order; None if a size is not known.

        A tensor lives from the operator that writes it to the last one that reads it; the graph's inputs live from the
        start to their last use, its outputs to the end. While an operator runs, what it reads and writes is alive.
        """
        readers = Counter(name for op in self.operators for name in set(op.inputs))
        owners: dict[
            str, str
        ] = {}  # of tensors that live in the buffer of another one, which has the size of its owner
        touched = []
        for op in self.operators:
            reads, writes = (
                [name for name in names if name and name not in self.constant] for names in (op.inputs, op.outputs)
            )
            touched.append([*reads, *writes])
            if not reads or not writes:
                continue
            tenant, owner, alone = writes[0], reads[0], readers[reads[0]] == 1
            if op.kind in self.fused and alone and owner in self.producer:
                tenant, owner = owner, tenant
            elif op.kind not in self.views and not (op.kind in self.in_place and alone):
                continue
            tenant, owner = _root(tenant, owners), _root(owner, owners)
            if tenant != owner:
                owners[tenant] = owner
        born = {_root(name, owners): -1 for name in self.inputs}
        dies = dict(born)
        for index, names in enumerate(touched):
            for name in names:
                root = _root(name, owners)
                born.setdefault(root, index)
                dies[root] = index
        dies |= {_root(name, owners): len(touched) for name in self.outputs}
        if any(name not in self.sizes for name in born):
            return None
        changes = [0] * (len(touched) + 3)
        for name, start in born.items():
            changes[start + 1] += self.sizes[name]
            changes[dies[name] + 2] -= self.sizes[name]
        return max(accumulate(changes))


def _root(name: str, owners: Mapping[str, str]) -> str:
    """The tensor whose buffer a tensor lives in."""
    while name in owners:
        name = owners[name]
    return name


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


def differs(values: Array, zero: Array, axis: int) -> Mask:
    """Which numbers differ from their zero point: one of all, or one per channel along an axis."""
    if zero.size > 1:
        shape = [1] * values.ndim
        shape[axis] = -1
        zero = zero.reshape(shape)
    return np.asarray(values != zero)


def unpack(packed: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Numbers of 2, 4 or 8 bits from bytes that hold them lowest first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return (packed.reshape(-1, 1) >> shifts & ((1 << bits) - 1)).astype(np.uint8)
