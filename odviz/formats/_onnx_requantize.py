"""Other integer weights for an ONNX file, after which it computes nearly the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.parity import Change
from odviz.formats._requantize import as_floats, requantized

_PRODUCTS = {"QLinearConv": (3, 4, 5, 8), "QLinearMatMul": (3, 4, 5, -1)}
"""Inputs that hold weights, their scale and zero point, and the bias."""


def requantize(model: Any, change: Change) -> int:
    """Change the symmetric 8-bit weights of a parsed model, in place.

    Weights are found where DequantizeLinear, QLinearConv, QLinearMatMul, MatMulInteger or ConvInteger reads them.

    Returns:
        How many stored tensors were changed.
    """
    return _Change(model.graph, change).run()


class _Change:
    def __init__(self, graph: Any, change: Change) -> None:
        import onnx

        self._graph, self._change = graph, change
        self._read: Callable[[Any], Array] = onnx.numpy_helper.to_array
        self._store = onnx.numpy_helper.from_array
        self._stored = {tensor.name: tensor for tensor in graph.initializer}
        self._writer = {name: node for node in graph.node for name in node.output}
        self._count = 0

    def run(self) -> int:
        for node in self._graph.node:
            if node.op_type in ("Conv", "ConvTranspose", "MatMul", "Gemm") and len(node.input) > 1:
                self._dequantized(node)
            elif self._change is Change.FLOATS:
                continue  # operators on integers take no floats
            elif node.op_type in _PRODUCTS:
                weights, scale, zero, bias = _PRODUCTS[node.op_type]
                ratio = self._replace(node, weights, node, scale, zero, axis=0 if bias > 0 else -1)
                if ratio is not None and 0 < bias < len(node.input):
                    self._rescale_integers(node, bias, ratio)
            elif node.op_type in ("MatMulInteger", "ConvInteger"):
                self._dynamic(node)
        return self._count

    def _dequantized(self, node: Any) -> None:
        """Weights that a DequantizeLinear reads, and a bias of which the scale follows from theirs."""
        source = self._writer.get(node.input[1])
        if source is None or source.op_type != "DequantizeLinear":
            return
        axis = next((entry.i for entry in source.attribute if entry.name == "axis"), 1)
        if self._change is Change.FLOATS:
            self._make_float(node, source, axis)
            return
        ratio = self._replace(source, 0, source, 1, 2, axis)
        bias = self._writer.get(node.input[2]) if len(node.input) > 2 else None
        if ratio is None or bias is None or bias.op_type != "DequantizeLinear" or bias.input[0] not in self._stored:
            return
        self._rescale_integers(bias, 0, ratio)
        scale = self._array(bias.input[1])
        self._set(bias, 1, (scale * ratio).astype(scale.dtype))

    def _make_float(self, node: Any, source: Any, axis: int) -> None:
        """Let an operator read real weights instead of a DequantizeLinear of integers."""
        if source.input[0] in self._stored and source.input[1] in self._stored:
            values, scales = self._array(source.input[0]), self._array(source.input[1])
            if _is_symmetric(values, [self._array(name) for name in source.input[2:] if name]):
                self._set(node, 1, as_floats(values, scales.astype(float), axis))
                self._count += 1

    def _dynamic(self, node: Any) -> None:
        """Weights of a product whose integers are multiplied by both scales afterwards."""
        readers = [one for one in self._graph.node if node.output[0] in one.input]
        if len(readers) == 1 and readers[0].op_type == "Cast":
            readers = [one for one in self._graph.node if readers[0].output[0] in one.input]
        if len(readers) != 1 or readers[0].op_type != "Mul":
            return
        for name in readers[0].input:
            scales = self._writer.get(name)
            if scales is None or scales.op_type != "Mul":
                continue
            position = next((index for index, scale in enumerate(scales.input) if scale in self._stored), None)
            if position is not None:
                axis = 0 if node.op_type == "ConvInteger" else -1
                self._replace(node, 1, scales, position, 3, axis)
                return

    def _replace(self, node: Any, weights: int, scaler: Any, scale: int, zero: int, axis: int) -> Floats | None:
        """Change the weights that an operator reads, and their scale.

        Args:
            node: the operator.
            weights: position of the weights among its inputs.
            scaler: the operator that reads the scale.
            scale: position of the scale among the inputs of that.
            zero: position of the zero point among the inputs of `node`.
            axis: of the channels.

        Returns:
            New scale over the old one, per channel where there was a scale per channel; None if nothing was changed.
        """
        if node.input[weights] not in self._stored or scaler.input[scale] not in self._stored:
            return None
        values, scales = self._array(node.input[weights]), self._array(scaler.input[scale])
        has_zero = zero < len(node.input) and node.input[zero] != ""
        if not _is_symmetric(values, [self._array(node.input[zero])] if has_zero else []):
            return None
        new = requantized(values, scales.astype(np.float64), axis, self._change)
        if new is None:
            return None
        self._set(node, weights, new.values)
        self._set(scaler, scale, new.scales.astype(scales.dtype))
        if has_zero:
            self._set(node, zero, np.zeros(new.scales.shape, np.int8))
        self._count += 1
        ratio: Floats = new.scales / scales
        return ratio

    def _rescale_integers(self, node: Any, position: int, ratio: Floats) -> None:
        if node.input[position] in self._stored:
            integers = self._array(node.input[position])
            self._set(node, position, np.rint(integers / ratio).astype(integers.dtype))

    def _array(self, name: str) -> Array:
        return self._read(self._stored[name])

    def _set(self, node: Any, position: int, array: Array) -> None:
        """Store an array under a name of its own: another operator may read the old one."""
        name = f"{node.input[position]} of {node.name or node.output[0]}"
        tensor = self._store(np.ascontiguousarray(array), name)
        self._graph.initializer.append(tensor)
        self._stored[name] = tensor
        node.input[position] = name


def _is_symmetric(values: Array, zero_points: list[Array]) -> bool:
    return values.dtype == np.int8 and not any(zero_point.any() for zero_point in zero_points)
