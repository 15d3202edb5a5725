"""Edits the float weights of an ONNX file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

_WEIGHTS = {
    "Conv": (1,),
    "ConvTranspose": (1,),
    "Gemm": (0, 1),
    "MatMul": (0, 1),
    "GRU": (1, 2),
    "LSTM": (1, 2),
    "RNN": (1, 2),
    "Gather": (0,),
}
_CARRIERS = frozenset(("Identity", "Transpose", "Reshape", "Cast"))


def edit(source: Path, target: Path, change: Callable[[list[NDArray[Any]]], list[NDArray[Any]]]) -> None:
    """Write a copy of a model with edited weights.

    Args:
        source: an ONNX file.
        target: what to write.
        change: maps the float weights of convolutions, products, recurrences and embeddings, in file order, to as
            many arrays of the same shapes.
    """
    import onnx

    model = onnx.load(str(source))
    producer = {output: node for node in model.graph.node for output in node.output}
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    stored |= {
        node.output[0]: attribute.t
        for node in model.graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    }
    weights = {}
    for node in model.graph.node:
        for index in _WEIGHTS.get(node.op_type, ()):
            name = node.input[index]
            while name not in stored and name in producer and producer[name].op_type in _CARRIERS:
                name = producer[name].input[0]
            if name in stored and stored[name].data_type == onnx.TensorProto.FLOAT and len(stored[name].dims) > 1:
                weights[name] = stored[name]
    values = [onnx.numpy_helper.to_array(tensor) for tensor in weights.values()]
    for tensor, value in zip(weights.values(), change(values), strict=True):
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(value, name))
    onnx.save(model, str(target))
