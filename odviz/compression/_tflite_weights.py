"""Edits the float weights of a TFLite file; all other bytes stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.compression.base import ModelSource

_WEIGHTS = {
    "CONV_2D": (1,),
    "CONV_3D": (1,),
    "DEPTHWISE_CONV_2D": (1,),
    "TRANSPOSE_CONV": (1,),
    "FULLY_CONNECTED": (1,),
    "BATCH_MATMUL": (0, 1),
    "EMBEDDING_LOOKUP": (1,),
    "GATHER": (0,),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": tuple(range(1, 9)),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (1, 2),
}


def edit(source: ModelSource, target: Path, change: Callable[[list[Array]], list[Array]]) -> None:
    """Write a copy of a model with edited weights.

    Args:
        source: a TFLite model.
        target: what to write.
        change: maps the float weights of convolutions, products, recurrences and embeddings, in file order, to as
            many arrays of the same shapes.
    """
    from ai_edge_litert import schema_py_generated as schema

    raw = bytearray(source.path.read_bytes())
    model = schema.Model.GetRootAs(raw)
    names = {value: key for key, value in vars(schema.BuiltinOperator).items() if not key.startswith("_")}
    views: dict[int, Array] = {}
    for subgraph in range(model.SubgraphsLength()):
        graph = model.Subgraphs(subgraph)
        for index in range(graph.OperatorsLength()):
            operator = graph.Operators(index)
            code = model.OperatorCodes(operator.OpcodeIndex())
            kind = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            for port in _WEIGHTS.get(kind, ()):
                if port >= operator.InputsLength() or operator.Inputs(port) < 0:
                    continue
                tensor = graph.Tensors(operator.Inputs(port))
                if tensor.Type() == schema.TensorType.FLOAT32 and tensor.ShapeLength() > 1:
                    view = _view(model.Buffers(tensor.Buffer()), raw)
                    if view is not None:
                        views[tensor.Buffer()] = view.view(np.float32).reshape(tensor.ShapeAsNumpy())
    for view, value in zip(views.values(), change([view.copy() for view in views.values()]), strict=True):
        view[...] = value
    target.write_bytes(raw)


def _view(buffer: Any, raw: bytearray) -> NDArray[np.uint8] | None:
    """A view of a stored tensor's bytes in the file; None for a tensor that is computed."""
    if buffer.Offset() > 1:  # large files keep their tensors behind the flatbuffer
        return np.frombuffer(raw, np.uint8, buffer.Size(), buffer.Offset())
    if not buffer.DataLength():
        return None
    view: NDArray[np.uint8] = buffer.DataAsNumpy()
    return view
