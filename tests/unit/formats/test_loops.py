"""The work in the bodies of Loop and Scan is counted, once for each turn."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from odviz.formats import FORMATS

TURNS, WIDTH = 5, 4
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def saved(path, node, inputs, outputs, stored):
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in stored.items()]
    head = helper.make_node("MatMul", ["last", "w"], ["scores"])
    graph = helper.make_graph([node, head], "loops", inputs, [value("scores", [1, WIDTH]), *outputs], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    return path


@pytest.mark.parametrize(("count", "turns"), [(TURNS, TURNS), (2**63 - 1, 1)])
def test_a_loop(tmp_path, count, turns):
    body = helper.make_graph(
        [helper.make_node("MatMul", ["h", "w"], ["next"]), helper.make_node("Identity", ["go"], ["on"])],
        "body",
        [value("i", [], INT64), value("go", [], BOOL), value("h", [1, WIDTH])],
        [value("on", [], BOOL), value("next", [1, WIDTH])],
    )
    node = helper.make_node("Loop", ["count", "", "x"], ["last"], body=body)
    stored = {"count": np.int64(count), "w": np.ones((WIDTH, WIDTH), np.float32)}
    facts = FORMATS["onnx"].facts(saved(tmp_path / "loop.onnx", node, [value("x", [1, WIDTH])], [], stored))
    assert facts.macs == (turns + 1) * WIDTH * WIDTH and facts.parameters == WIDTH * WIDTH


def test_a_scan_that_keeps_its_own_weights_and_every_row(tmp_path):
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["h", "inner"], ["mixed"]),
            helper.make_node("Add", ["mixed", "row"], ["next"]),
            helper.make_node("Identity", ["next"], ["kept"]),
        ],
        "body",
        [value("h", [1, WIDTH]), value("row", [1, WIDTH])],
        [value("next", [1, WIDTH]), value("kept", [1, WIDTH])],
        [numpy_helper.from_array(np.ones((WIDTH, WIDTH), np.float32), "inner")],
    )
    node = helper.make_node("Scan", ["start", "rows"], ["last", "every"], body=body, num_scan_inputs=1)
    inputs = [value("start", [1, WIDTH]), value("rows", [TURNS, 1, WIDTH])]
    path = tmp_path / "scan.onnx"
    stored = {"w": np.ones((WIDTH, WIDTH), np.float32)}
    facts = FORMATS["onnx"].facts(saved(path, node, inputs, [value("every", [TURNS, 1, WIDTH])], stored))
    assert facts.macs == (TURNS + 1) * WIDTH * WIDTH and facts.parameters == 2 * WIDTH * WIDTH
