"""Edits the float weights of an ONNX file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from odviz.arrays import Array
from odviz.compression._onnx_prepare import load, save
from odviz.compression.base import ModelSource
from odviz.formats.onnx_graph import graphs

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


def edit(source: ModelSource, target: Path, change: Callable[[list[Array]], list[Array]]) -> None:
    """Write a copy of a model with edited weights.

    Args:
        source: an ONNX model.
        target: what to write.
        change: maps the float weights of convolutions, products, recurrences and embeddings, in file order, to as
            many arrays of the same shapes.
    """
    import onnx

    model = load(source)
    weights = {key: tensor for graph in graphs(model.graph) for key, tensor in _weights(graph)}
    values = [onnx.numpy_helper.to_array(tensor) for tensor in weights.values()]
    for tensor, value in zip(weights.values(), change(values), strict=True):
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(value, name))
    save(model, target)


def _weights(graph: Any) -> Iterator[tuple[int, Any]]:
    """The weights that a graph stores, each under a key of its own."""
    import onnx

    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)
    producer = {output: node for node in graph.node for output in node.output}
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        for index in _WEIGHTS.get(node.op_type, ()):
            name = node.input[index]
            while name not in stored and name in producer and producer[name].op_type in _CARRIERS:
                name = producer[name].input[0]
            if name in stored and stored[name].data_type in floats and len(stored[name].dims) > 1:
                yield id(stored[name]), stored[name]
