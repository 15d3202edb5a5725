"""Fitting the layers of a pruned network to the original, one after the other.

Each layer is fitted on what the layers before it give now, so that errors do not add up (He et al. 2017): its weights
and its bias become those of the least squared error of its outputs on calibration items, near the weights that it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from odviz.arrays import Array, Floats
from odviz.compression._bias import add_missing
from odviz.compression._channel_layers import summed_axis
from odviz.compression._reconstruction import RIDGE, WIDEST
from odviz.formats.onnx_run import outputs_of


@dataclass(frozen=True)
class JointMoments:
    """Moments of a tensor in the original and in the pruned network.

    Attributes:
        before: mean in the original, shape (C,).
        now: mean in the pruned network, shape (K,).
        cross: mean product of both, shape (C, K).
        own: mean product in the pruned network, shape (K, K).
    """

    before: Floats
    now: Floats
    cross: Floats
    own: Floats

    def centred(self) -> JointMoments:
        """The covariances in place of the mean products."""
        cross = self.cross - np.outer(self.before, self.now)
        return JointMoments(self.before, self.now, cross, self.own - np.outer(self.now, self.now))


def fit(
    original: Any,
    pruned: Any,
    kept: Callable[[str, int], Array | None],
    feeds: Sequence[dict[str, Any]],
    report_alive: Callable[[], None],
) -> None:
    """Fit weights and biases of a pruned network, in place.

    Args:
        original: a float network.
        pruned: the same without some channels; its tensors have the same names.
        kept: which places along an axis of a stored tensor are left, as a mask; None for all.
        feeds: calibration items.
        report_alive: called after each layer.
    """
    add_missing(pruned)
    old, new = ({tensor.name: tensor for tensor in model.graph.initializer} for model in (original, pruned))
    sources = {node.output[0]: node for node in original.graph.node}
    by_input: dict[str, list[Any]] = {}
    uses = [name for node in pruned.graph.node for name in node.input]
    for node in pruned.graph.node:
        if _can_be_fitted(node, new) and uses.count(node.input[1]) == 1:
            by_input.setdefault(node.input[0], []).append(node)
    computed = {name for node in pruned.graph.node for name in node.output}
    for name, nodes in by_input.items():
        if name in computed:  # the network's input is as it was
            axis = 1 if nodes[0].op_type == "Conv" else -1
            moments = _moments(original, pruned, name, axis, feeds)
            report_alive()
            for node in nodes:
                if moments.own.shape[0] <= WIDEST:
                    _fit_layer(node, sources[node.output[0]], old, new, kept, moments)


def _can_be_fitted(node: Any, stored: Mapping[str, Any]) -> bool:
    if summed_axis(node) is None or node.op_type == "ConvTranspose" or node.input[1] not in stored:
        return False
    return all(entry.name != "group" or entry.i == 1 for entry in node.attribute)


def _moments(original: Any, pruned: Any, name: str, axis: int, feeds: Sequence[dict[str, Any]]) -> JointMoments:
    sums: list[Any] = [0.0, 0.0, 0.0, 0.0]
    count = 0
    for (first,), (second,) in zip(outputs_of(original, [name], feeds), outputs_of(pruned, [name], feeds), strict=True):
        before, now = (
            np.moveaxis(array.astype(float), axis, 0).reshape(array.shape[axis], -1) for array in (first, second)
        )
        count += before.shape[1]
        parts = (before.sum(axis=1), now.sum(axis=1), before @ now.T, now @ now.T)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return JointMoments(*(total / count for total in sums))


def _fit_layer(
    node: Any,
    source: Any,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    kept: Callable[[str, int], Array | None],
    moments: JointMoments,
) -> None:
    import onnx

    name, summed = node.input[1], summed_axis(node) or 0
    bias = node.input[2] if len(node.input) > 2 and node.input[2] in new else ""
    rows = kept(name, 1 - summed)
    values = onnx.numpy_helper.to_array(new[name]).copy()
    original = np.moveaxis(onnx.numpy_helper.to_array(old[source.input[1]]), (1 - summed, summed), (0, -1)).astype(
        float
    )
    wanted = original if rows is None else original[rows]
    layout = np.moveaxis(values, (1 - summed, summed), (0, -1))
    weights = layout.reshape(-1, layout.shape[-1]).astype(float)
    wanted = wanted.reshape(-1, wanted.shape[-1])
    used = moments.centred() if bias else moments
    ridge = RIDGE * (np.trace(used.own) / len(used.own) or 1.0) * np.eye(len(used.own))
    weights += np.linalg.solve(used.own + ridge, (wanted @ used.cross - weights @ used.own).T).T
    layout[...] = weights.reshape(layout.shape)
    new[name].CopyFrom(onnx.numpy_helper.from_array(values, name))
    if not bias:
        return
    lost = (wanted @ moments.before - weights @ moments.now).reshape(len(layout), -1).sum(axis=1)
    former = source.input[2] if len(source.input) > 2 and source.input[2] in old else ""
    start = onnx.numpy_helper.to_array(old[former]) if former else np.zeros(len(original))
    shifted = (start if rows is None else start[rows]) + lost
    dtype = onnx.helper.tensor_dtype_to_np_dtype(new[bias].data_type)
    new[bias].CopyFrom(onnx.numpy_helper.from_array(shifted.astype(dtype), bias))
