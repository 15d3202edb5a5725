"""Removing the inputs of layers at the least error of their outputs.

A layer that sums over channels is a linear regression. Where one of its inputs is removed, the others take over what
they have in common with it on the calibration items: the weights that stay are those of the least squared error, by the
update of Optimal Brain Surgeon (Hassibi & Stork 1992), and the mean of what is lost goes into the bias.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.compression._channel_layers import summed_axis
from odviz.compression._channels import ChannelGraph, Ids
from odviz.formats.onnx_run import outputs_of

WIDEST = 4096
"""Inputs of a layer above which its weights are not fitted again: their covariances would not fit into memory."""

RIDGE = 1e-2
"""What is added to every variance, as a share of their mean: it keeps weights from growing where inputs are alike."""


@dataclass
class Moments:
    """Mean and covariance of a layer's inputs.

    Attributes:
        total: sum over samples, shape (C,).
        products: sum of the outer products, shape (C, C), or of the squares, shape (C,), of a layer of many inputs.
        count: number of samples.
    """

    total: Floats
    products: Floats
    count: int = 0

    def add(self, samples: Floats) -> None:
        """Count samples, shape (C, N)."""
        self.total += samples.sum(axis=1)
        self.products += samples @ samples.T if self.products.ndim == 2 else (samples**2).sum(axis=1)
        self.count += samples.shape[1]


@dataclass
class SummingLayer:
    """A layer that sums over channels, or one group of it.

    Attributes:
        node: the operator.
        name: of its weights.
        rows: which outputs the group has.
        weights: shape (rows × kernel, C).
        mean: of the inputs, shape (C,).
        places: where the channels of each set are among the inputs.
        inverse: of the covariance, shape (C, C); shape (C,) if the inputs are taken for independent.
        energy: variance of the outputs.
        fits: whether the weights that stay may change.
    """

    node: Any
    name: str
    rows: slice
    weights: Floats
    mean: Floats
    places: dict[int, Ids]
    inverse: Floats
    energy: float
    fits: bool
    before: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.weights.copy()

    def costs(self) -> dict[int, float]:
        """Squared error of the outputs, as a share of their variance, when a set of channels is removed."""
        precision = np.diag(self.inverse) if self.inverse.ndim == 2 else self.inverse
        single = (self.weights**2).sum(axis=0) / np.where(precision > 0, precision, np.inf)
        costs = {}
        for root, at in self.places.items():
            if len(at) == 1 or self.inverse.ndim == 1:
                costs[root] = float(single[at].sum()) / self.energy
            else:
                own = self.weights[:, at]
                costs[root] = float((own * np.linalg.solve(self.inverse[np.ix_(at, at)], own.T).T).sum()) / self.energy
        return costs

    def remove(self, roots: Iterable[int]) -> None:
        """Remove sets of channels, and let the others take over."""
        gone = [self.places.pop(root) for root in roots if root in self.places]
        if not gone:
            return
        at = np.concatenate(gone)
        if self.inverse.ndim == 2:
            columns = self.inverse[:, at]
            share = np.linalg.solve(self.inverse[np.ix_(at, at)], columns.T)
            if self.fits:
                self.weights -= self.weights[:, at] @ share
            self.inverse -= columns @ share
            self.inverse[at] = self.inverse[:, at] = 0
        else:
            self.inverse[at] = 0
        self.weights[:, at] = 0

    def lost_mean(self) -> Floats:
        """What the mean of each of the group's outputs has lost."""
        lost = ((self.before - self.weights) @ self.mean).reshape(self.rows.stop - self.rows.start, -1)
        total: Floats = lost.sum(axis=1)
        return total


def summing_layers(graph: ChannelGraph, feeds: Sequence[dict[str, Any]]) -> list[SummingLayer]:
    """The layers that read removable channels, with the statistics of their inputs.

    Args:
        graph: of the network.
        feeds: calibration items.
    """
    nodes = {
        node.output[0]: (node, summed)
        for node in graph.model.graph.node
        if (summed := summed_axis(node)) is not None
        and (node.input[1], summed) in graph.bound
        and graph.channels(node.input[0]) is not None  # a layer with the same weights may read an input
    }
    if not nodes:
        return []
    moments: dict[str, list[Moments]] = {}
    names = list(dict.fromkeys(node.input[0] for node, _ in nodes.values()))
    wanted = {node.input[0]: _axis_and_groups(node, summed, graph) for node, summed in nodes.values()}
    for arrays in outputs_of(graph.model, names, feeds):
        for name, array in zip(names, arrays, strict=True):
            axis, groups = wanted[name]
            samples = np.moveaxis(array.astype(float), axis, 0).reshape(groups, array.shape[axis] // groups, -1)
            width = samples.shape[1]
            if name not in moments:
                square = (width, width) if width <= WIDEST else (width,)
                moments[name] = [Moments(np.zeros(width), np.zeros(square)) for _ in range(groups)]
            for own, group in zip(moments[name], samples, strict=True):
                own.add(group)
    return [
        layer
        for node, summed in nodes.values()
        for layer in _of_layer(graph, node, summed, moments.get(node.input[0], []))
    ]


def _axis_and_groups(node: Any, summed: int, graph: ChannelGraph) -> tuple[int, int]:
    """The axis of the channels in the input of a layer, and the number of its groups."""
    channels = graph.channels(node.input[0])
    assert channels is not None
    return channels.axis, len(channels.ids) // len(graph.bound[node.input[1], summed])


def _of_layer(graph: ChannelGraph, node: Any, summed: int, moments: Sequence[Moments]) -> Iterable[SummingLayer]:
    name = node.input[1]
    values, ids = np.asarray(graph.value(name), float), graph.bound[name, summed]
    matrix = np.moveaxis(values, (1 - summed, summed), (0, -1))
    size = matrix.shape[0] // max(len(moments), 1)
    roots = graph.roots(ids)
    order = np.argsort(roots, kind="stable")
    starts = np.flatnonzero(np.diff(roots[order], prepend=-1))
    places = dict(zip(roots[order][starts].tolist(), np.split(order, starts[1:]), strict=True))
    for group, own in enumerate(moments):
        rows = slice(group * size, (group + 1) * size)
        weights = matrix[rows].reshape(-1, len(ids))
        # A product has no bias that could take the mean over.
        mean = np.zeros(len(ids)) if node.op_type == "MatMul" else own.total / own.count
        if own.products.ndim == 2:
            centred = own.products / own.count - np.outer(mean, mean)
            energy = float(((weights @ centred) * weights).sum())
            centred[np.diag_indices_from(centred)] += RIDGE * (np.trace(centred) / len(centred) or 1.0)
            inverse = np.linalg.inv(centred)
        else:
            variance = own.products / own.count - mean**2
            energy = float((weights**2 @ variance).sum())
            inverse = 1 / (variance + RIDGE * (variance.mean() or 1.0))
        yield SummingLayer(
            node, name, rows, weights, mean, dict(places), inverse, energy or 1.0, not graph.is_shared(name)
        )


def store(graph: ChannelGraph, layers: Collection[SummingLayer]) -> None:
    """Write the weights that were fitted again, and add what the means have lost to the biases, in place."""
    import onnx

    stored = {tensor.name: tensor for tensor in graph.model.graph.initializer}
    lost: dict[str, Floats] = {}
    for layer in layers:
        if not layer.fits:
            continue
        tensor, summed = stored[layer.name], summed_axis(layer.node) or 0
        values = onnx.numpy_helper.to_array(tensor).copy()
        matrix = np.moveaxis(values, (1 - summed, summed), (0, -1))
        matrix[layer.rows] = layer.weights.reshape(matrix[layer.rows].shape)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, layer.name))
        total = lost.setdefault(layer.name, np.zeros(matrix.shape[0]))
        total[layer.rows] += layer.lost_mean()
    for node in graph.model.graph.node:
        if len(node.input) > 1 and node.input[1] in lost:
            add_to_bias(graph, node, lost[node.input[1]])


def add_to_bias(graph: ChannelGraph, node: Any, shift: Floats) -> None:
    """Add to the bias of a convolution or Gemm, which gets one if it has none."""
    import onnx

    if node.op_type == "MatMul" or not shift.any():
        return
    stored = {tensor.name: tensor for tensor in graph.model.graph.initializer}
    old = node.input[2] if len(node.input) > 2 and node.input[2] else ""
    if old and old not in stored:
        return
    like = stored[old or node.input[1]]
    values = onnx.numpy_helper.to_array(like) if old else np.zeros(len(shift))
    dtype = onnx.helper.tensor_dtype_to_np_dtype(like.data_type)
    name = f"{node.output[0]}_bias_shifted"
    graph.model.graph.initializer.append(onnx.numpy_helper.from_array((values + shift).astype(dtype), name))
    del node.input[2:]
    node.input.append(name)
    made = graph.bound.get((node.input[1], 1 - (summed_axis(node) or 0)))
    if made is not None:
        graph.bound[name, 0] = made
