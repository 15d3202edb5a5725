"""A network that tells which colour a picture has most of, and pictures; so that every mistake in them shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES, SIDE, ITEMS = 3, 6, 160
GAIN = 20.0


def pictures(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of 0 to 255, shape (N, SIDE, SIDE, 3), channels last, and the class of each.

    The upper half is bright in a colour. The first class is of pictures of which no colour is much brighter.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, ITEMS)
    items = rng.uniform(90, 100, (ITEMS, SIDE, SIDE, 3))
    for item, label in zip(items, labels, strict=True):
        colour, brighter = (
            (rng.integers(1, CLASSES), rng.uniform(5, 20)) if label == 0 else (label, rng.uniform(60, 130))
        )
        item[: SIDE // 2, :, colour] += brighter
    return np.rint(items).astype(np.float32), labels


def network(
    path: Path,
    *,
    channels_first: bool = True,
    dtype: int = TensorProto.FLOAT,
    softmax: bool = False,
    label_first: bool = False,
    single: bool = False,
    contrast_too: bool = False,
) -> Path:
    """Write the network. It takes numbers from 0 to 1 (bytes: 0 to 255), and gives a score for each class.

    The first class has a head start of 0.15 in the contrast of upper and lower half, so that another scale matters.
    """
    height = 2 if channels_first else 1
    shape = [1, 3, SIDE, SIDE] if channels_first else [1, SIDE, SIDE, 3]
    stored = {
        "low": np.array([0], np.int64),
        "half": np.array([SIDE // 2], np.int64),
        "end": np.array([SIDE], np.int64),
        "axis": np.array([height], np.int64),
        "w": GAIN * np.eye(CLASSES, dtype=np.float32),
        "b": GAIN * np.array([0.15, 0, 0], np.float32),
    }
    nodes, source = [], "x"
    if dtype != TensorProto.FLOAT:
        nodes.append(helper.make_node("Cast", [source], ["as_float"], to=TensorProto.FLOAT))
        source = "as_float"
    if dtype == TensorProto.UINT8:
        stored["byte"] = np.array(1 / 255, np.float32)
        nodes.append(helper.make_node("Mul", [source, "byte"], ["unit"]))
        source = "unit"
    axes = [2, 3] if channels_first else [1, 2]
    nodes += [
        helper.make_node("Slice", [source, "low", "half", "axis"], ["upper"]),
        helper.make_node("Slice", [source, "half", "end", "axis"], ["lower"]),
        helper.make_node("ReduceMean", ["upper"], ["bright"], axes=axes, keepdims=0),
        helper.make_node("ReduceMean", ["lower"], ["grey"], axes=axes, keepdims=0),
        helper.make_node("Sub", ["bright", "grey"], ["contrast"]),
        helper.make_node("Gemm", ["contrast", "w", "b"], ["scores"], transB=1),
    ]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CLASSES])]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1))
        outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, CLASSES])]
    if label_first:
        nodes.append(helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0))
        outputs.insert(0, helper.make_tensor_value_info("label", TensorProto.INT64, [1]))
    if contrast_too:
        outputs.append(helper.make_tensor_value_info("contrast", TensorProto.FLOAT, [1, CLASSES]))
    if single:
        stored |= {"column": np.array([0], np.int64), "some": np.array(0.5, np.float32)}
        nodes += [
            helper.make_node("Gather", ["scores", "column"], ["first"], axis=1),
            helper.make_node("ReduceMax", ["scores"], ["largest"], axes=[1], keepdims=1),
            helper.make_node("Sub", ["first", "largest"], ["behind"]),
            helper.make_node("Add", ["behind", "some"], ["logit"]),
            helper.make_node("Sigmoid", ["logit"], ["chance"]),
        ]
        outputs = [helper.make_tensor_value_info("chance", TensorProto.FLOAT, [1, 1])]
    graph = helper.make_graph(
        nodes,
        "colours",
        [helper.make_tensor_value_info("x", dtype, shape)],
        outputs,
        [numpy_helper.from_array(array, name) for name, array in stored.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path
