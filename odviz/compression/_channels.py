"""Which channels of an ONNX network can only be removed together: a dependency graph over channels.

Every operator that makes channels (a convolution, a product by stored weights) gives each a number. The numbers travel
with the tensors; an operator that ties channels together, such as a residual sum, joins their sets. Each axis of a
stored tensor that belongs to channels is bound to their numbers, so that a set says all that has to be cut. An operator
that is not understood locks the sets that reach it. The idea is that of DepGraph (Fang et al. 2023), with sets in place
of a search from layer to layer. The rules of the operators are in `_channel_rules` and `_channel_layers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.compression import _channel_rules
from odviz.formats.onnx_graph import reads
from odviz.formats.onnx_work import tensors

Ids = NDArray[np.int64]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """The channels along one axis of a tensor.

    Attributes:
        axis: which one.
        ids: number of the channel at each place.
    """

    axis: int
    ids: Ids


@dataclass(frozen=True, slots=True)
class Size:
    """A number in a stored tensor of sizes that is the length of an axis.

    Attributes:
        operator: that reads the sizes.
        input: index of the input by which it does.
        place: of the number.
        ids: the channels along the axis.
    """

    operator: Any
    input: int
    place: int
    ids: Ids


class ChannelGraph:
    """The channels of a network.

    Args:
        model: a prepared `onnx.ModelProto`; not changed.
        shapes: of a batch of one of each input.

    Attributes:
        bound: channels along the axes of stored tensors, by name and axis.
        sizes: stored numbers that have to follow.
        depthwise: convolutions whose number of groups has to follow, with the channels of their input.
    """

    def __init__(self, model: Any, shapes: Sequence[Shape]) -> None:
        self.model = model
        known = tensors(model, shapes)
        self._shapes, self._constants = known.shapes, known.constants
        self._stored = {tensor.name for tensor in model.graph.initializer}
        self._producer = {name: node for node in model.graph.node for name in node.output if name}
        self._parents: list[int] = []
        self._locked: list[Ids] = []
        self._channels: dict[str, Axis] = {}
        self._bindings: Counter[str] = Counter()
        self._uses = Counter(name for node in model.graph.node for name in reads(node))
        self._uses.update(value.name for value in model.graph.output)
        self.bound: dict[tuple[str, int], Ids] = {}
        self.sizes: list[Size] = []
        self.depthwise: list[tuple[Any, Ids]] = []
        for node in model.graph.node:
            rule = _channel_rules.RULES.get(node.op_type) if node.domain in ("", "ai.onnx") else None
            if rule is None or not rule(self, node):
                self.lock(*reads(node))
        self.lock(*(value.name for value in model.graph.output))
        self._lock_shared()

    def shape(self, name: str) -> Shape | None:
        """Shape of a tensor for a batch of one; None if it is not known."""
        return self._shapes.get(name)

    def value(self, name: str) -> Array | None:
        """Value of a constant; None for other tensors."""
        return self._constants.get(name)

    def is_stored(self, name: str) -> bool:
        """Whether the values of a tensor are in the file."""
        return name in self._stored

    def producer(self, name: str) -> Any:
        """The operator that writes a tensor; None for inputs and stored tensors."""
        return self._producer.get(name)

    def readers(self, name: str) -> Iterator[Any]:
        """The operators that read a tensor."""
        return (node for node in self.model.graph.node if name in node.input)

    def channels(self, name: str) -> Axis | None:
        """The channels of a computed tensor; None if it has none that may be removed."""
        return self._channels.get(name)

    def new(self, count: int) -> Ids:
        """Numbers for channels that an operator makes."""
        start = len(self._parents)
        self._parents += range(start, start + count)
        return np.arange(start, start + count)

    def write(self, name: str, axis: int, ids: Ids) -> None:
        """Record the channels of a computed tensor."""
        self._channels[name] = Axis(axis, ids)

    def bind(self, name: str, axis: int, ids: Ids) -> None:
        """Record that an axis of a stored tensor belongs to channels; of a computed one they are locked."""
        shape = self.shape(name)
        if name not in self._stored or shape is None or shape[axis] != len(ids):
            self.lock_ids(ids)
        elif (name, axis) in self.bound:
            self.join(self.bound[name, axis], ids)
        else:
            self.bound[name, axis] = ids

    def read(self, name: str) -> None:
        """Record that one reader of a stored tensor has bound all axes of it that need it."""
        self._bindings[name] += 1

    def resize(self, operator: Any, input: int, place: int, ids: Ids) -> None:
        """Record that a stored number is the length of an axis; see `Size`."""
        self.sizes.append(Size(operator, input, place, ids))

    def join(self, ids: Ids, others: Ids) -> None:
        """Tie channels together, place by place."""
        for one, other in np.unique(np.stack([ids, others]), axis=1).T.tolist():
            self._parents[self._root(other)] = self._root(one)

    def lock(self, *names: str) -> None:
        """Keep all channels of tensors."""
        for name in names:
            if name in self._channels:
                self.lock_ids(self._channels[name].ids)

    def lock_ids(self, ids: Ids) -> None:
        """Keep channels."""
        self._locked.append(ids)

    def roots(self, ids: Ids) -> Ids:
        """The set of each channel, as the number of one of its members."""
        return np.array([self._root(one) for one in ids.tolist()], np.int64)

    def locked(self) -> set[int]:
        """The sets that have to stay."""
        return {int(root) for ids in self._locked for root in self.roots(np.unique(ids))}

    def is_shared(self, name: str) -> bool:
        """Whether several operators read a tensor."""
        return self._uses[name] > 1

    def _root(self, one: int) -> int:
        while self._parents[one] != one:
            self._parents[one] = one = self._parents[self._parents[one]]
        return one

    def _lock_shared(self) -> None:
        """Keep the channels of stored tensors that an operator reads without having bound them."""
        for (name, _), ids in self.bound.items():
            if self._uses[name] != self._bindings[name]:
                self.lock_ids(ids)
