"""The arithmetic of pruning, 4-bit packing and graph rewrites."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from odviz.compression._onnx_int4 import four_bits, pack
from odviz.compression._onnx_rewrite import mean_to_pool
from odviz.compression._ort import attention_scores
from odviz.compression.prune_magnitude import smallest
from tests.contract._methods_models import INPUTS, SIDE, checked, onnx_model


def test_smallest_over_all_layers_and_within_each():
    weights = [np.array([[1.0, -2.0], [3.0, -4.0]]), np.array([10.0, -20.0])]
    together = smallest(weights, 0.5, together=True)
    assert [mask.tolist() for mask in together] == [[[True, True], [True, False]], [False, False]]
    apart = smallest(weights, 0.5, together=False)
    assert [mask.tolist() for mask in apart] == [[[True, True], [False, False]], [True, False]]


def test_ties_are_broken_by_place():
    (mask,) = smallest([np.ones(4)], 0.5, together=True)
    assert mask.tolist() == [True, True, False, False]


def test_nothing_to_prune():
    assert smallest([], 0.5, together=True) == []


@pytest.mark.parametrize("inputs", [16, 20])
def test_four_bits_are_within_half_a_step(inputs):
    weight = np.random.default_rng(0).normal(size=(inputs, 6)).astype(np.float32)
    packed, scales = pack(weight, 16)
    assert packed.shape == (6, -(-inputs // 16), 8)
    values = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*scales.shape, 16).astype(int) - 8
    back = (values * scales[..., None]).reshape(6, -1)[:, :inputs].T
    steps = np.abs(np.repeat(scales, 16, axis=1)[:, :inputs].T)
    # A value of the other sign than its block's largest may lie beyond the last step by one more half.
    assert (np.abs(back - weight) <= steps * 1.001).all()
    assert np.mean(np.abs(back - weight) <= steps * 0.501) > 0.9


def test_the_weights_of_a_gemm_are_packed_too(tmp_path):
    onnx.save(onnx_model(), tmp_path / "float.onnx")
    four_bits(onnx.load(tmp_path / "float.onnx"), tmp_path / "packed.onnx", block=16)
    packed = onnx.load(tmp_path / "packed.onnx")
    operators = {node.op_type for node in packed.graph.node}
    assert "MatMulNBits" in operators and "Gemm" not in operators
    assert {tensor.name for tensor in packed.graph.initializer}.isdisjoint({"w3", "w3_Transposed"})
    item = np.random.default_rng(3).normal(size=(1, INPUTS, SIDE, SIDE)).astype(np.float32)
    assert answers(packed, item).shape == answers(onnx_model(), item).shape


def answers(model, *inputs):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feeds = dict(zip((port.name for port in session.get_inputs()), inputs, strict=True))
    return session.run(None, feeds)[0]


def test_rewrites_change_no_answer():
    model = onnx_model()
    item = np.random.default_rng(3).normal(size=(1, INPUTS, SIDE, SIDE)).astype(np.float32)
    before = answers(model, item)
    mean_to_pool(model)
    onnx.checker.check_model(model, full_check=True)
    operators = {node.op_type for node in model.graph.node}
    assert "ReduceMean" not in operators and "GlobalAveragePool" in operators
    np.testing.assert_allclose(answers(model, item), before, atol=1e-5)


def test_rewrites_leave_what_they_cannot_say():
    scaled = checked(
        [helper.make_node("ReduceMean", ["x"], ["y"], axes=[1], keepdims=1)],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 2))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 1))],
        {},
    )
    before = scaled.SerializeToString()
    mean_to_pool(scaled)
    assert scaled.SerializeToString() == before


def test_masked_attention_scores_stay_float():
    """The mask's minus ten thousand must not set the range of the scores."""
    port = helper.make_tensor_value_info
    attention = checked(
        [
            helper.make_node("MatMul", ["q", "k"], ["s"], "scores"),
            helper.make_node("Mul", ["s", "scale"], ["t"], "scaling"),
            helper.make_node("Add", ["t", "mask"], ["u"], "masking"),
            helper.make_node("Softmax", ["u"], ["p"], "shares"),
            helper.make_node("MatMul", ["p", "v"], ["y"], "mixing"),
        ],
        [port(name, TensorProto.FLOAT, (1, 4, 4)) for name in ("q", "k", "v")],
        [port("y", TensorProto.FLOAT, (1, 4, 4))],
        {"scale": np.float32(0.5), "mask": np.float32([[[0, 0, -1e4, -1e4]]])},
    )
    assert set(attention_scores(attention)) == {"shares", "masking", "scaling"}
