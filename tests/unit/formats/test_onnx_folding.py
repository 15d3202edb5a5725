import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from odviz.formats._onnx_folding import folded
from odviz.formats._onnx_shapes import infer


def padded():
    """A Pad whose amounts are computed from two constants, as PyTorch writes them."""
    nodes = [
        helper.make_node("Concat", ["before", "after"], ["doubled"], axis=0),
        helper.make_node("Cast", ["doubled"], ["amounts"], to=TensorProto.INT64),
        helper.make_node("Pad", ["x", "amounts"], ["y"]),
        helper.make_node("Relu", ["y"], ["z"]),
    ]
    constants = [
        numpy_helper.from_array(np.array(value, np.int32), name)
        for name, value in (("before", [0, 2]), ("after", [0, 3]))
    ]
    x, z = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", [1, 5]), ("z", [1, None]))
    )
    graph = helper.make_graph(nodes, "padded", [x], [z], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def constants_of(model):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def test_a_shape_that_is_computed_from_constants_is_known():
    tensors = infer(padded())
    assert tensors.shapes["y"] == tensors.shapes["z"] == (1, 10)
    assert set(tensors.constants) == {"before", "after"}, "folded values are not learned numbers"


def test_the_model_given_is_not_changed_and_the_copy_is_valid():
    model = padded()
    before = model.SerializeToString()
    copy = folded(model, constants_of(model))
    assert model.SerializeToString() == before
    assert [node.op_type for node in copy.graph.node] == ["Pad", "Relu"]
    onnx.checker.check_model(copy)


def test_weights_are_left_alone():
    weight = numpy_helper.from_array(np.ones((100, 100), np.float32), "w")
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [100, 100]) for name in "xy")
    nodes = [helper.make_node("Transpose", ["w"], ["t"]), helper.make_node("MatMul", ["x", "t"], ["y"])]
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [y], [weight]))
    assert folded(model, constants_of(model)) is model
