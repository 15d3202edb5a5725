"""A network of token indices, a mask and segments; it adds up the embeddings of the tokens that count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES, LENGTH, ITEMS, WORDS = 3, 6, 120, 20
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def texts(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Write the network, whose mask comes first; tokens, shape (N, LENGTH), and the class of each item.

    The last two tokens of an item are padding, which decides everything if it is not masked.
    """
    nodes = [
        ("Gather", ["table", "input_ids"], ["embedded"]),
        ("Cast", ["attention_mask"], ["counts"]),
        ("Unsqueeze", ["counts", "last"], ["column"]),
        ("Mul", ["embedded", "column"], ["kept"]),
        ("ReduceSum", ["kept", "middle"], ["summed"]),
        ("Gather", ["segments", "token_type_ids"], ["shifts"]),
        ("ReduceSum", ["shifts", "middle"], ["shift"]),
        ("Sub", ["summed", "shift"], ["features"]),
        ("MatMul", ["features", "head"], ["scores"]),
    ]
    table = np.random.default_rng(5).normal(size=(WORDS, CLASSES)).astype(np.float32)
    table[0] = [9, 0, 0]
    stored = {
        "table": table,
        "head": np.eye(CLASSES, dtype=np.float32),
        "segments": np.array([[0, 0, 0], [90, 0, 0]], np.float32),
        "last": np.array([2], np.int64),
        "middle": np.array([1], np.int64),
    }
    shape = ["batch", "length"]
    inputs = [(name, INT64, shape) for name in ("attention_mask", "input_ids", "token_type_ids")]
    made = [helper.make_node(*node, **_attributes(node[0])) for node in nodes]
    graph = helper.make_graph(
        made,
        "texts",
        [helper.make_tensor_value_info(*port) for port in inputs],
        [helper.make_tensor_value_info("scores", FLOAT, ["batch", CLASSES])],
        [numpy_helper.from_array(array, name) for name, array in stored.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    tokens = np.random.default_rng(6).integers(1, WORDS, (ITEMS, LENGTH))
    tokens[:, 4:] = 0
    kept = np.where((tokens != 0)[..., None], table[tokens], 0).sum(axis=1)
    return tokens, kept.argmax(axis=1)


def _attributes(kind: str) -> dict[str, int]:
    return {"Cast": {"to": FLOAT}, "ReduceSum": {"keepdims": 0}}.get(kind, {})
