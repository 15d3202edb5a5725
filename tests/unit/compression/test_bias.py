"""Bias correction: shifted means come back, in float and in integer biases, and the method tells what it is worth."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from odviz.compression._bias import add_missing, correct, layers, means
from odviz.compression.make import make_variant
from odviz.domain.recipe import parse_recipe
from tests.contract._methods_models import CHANNELS, examples, onnx_model, ship


def feeds():
    return [{"input": np.moveaxis(item, -1, 0)[None]} for item in examples().inputs]


def bias_of(model, name):
    return next(numpy_helper.to_array(tensor) for tensor in model.graph.initializer if tensor.name == name)


def shift(model, name, amount):
    tensor = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    values = numpy_helper.to_array(tensor)
    tensor.CopyFrom(numpy_helper.from_array((values + amount).astype(values.dtype), name))


def test_biases_that_were_shifted_come_back():
    model = onnx_model()
    expected = means(model, layers(model), feeds())
    spoilt = onnx_model()
    for name, amount in (("b1", 0.7), ("b2", -2.0), ("b3", 1.5)):
        shift(spoilt, name, amount)
    correct(spoilt, expected, feeds())
    for name in ("b1", "b2", "b3"):
        assert bias_of(spoilt, name) == pytest.approx(bias_of(model, name), abs=1e-4)


def test_integer_biases_are_moved_by_whole_steps(tmp_path):
    made = make_variant(
        ship(tmp_path), parse_recipe("int8-static"), "onnx", cache=tmp_path / "cache", calibration=examples
    )
    model = onnx.load(made.artifact.path)
    expected = means(model, layers(model), feeds())
    before = bias_of(model, "b1_quantized")
    shift(model, "b1_quantized", 500)
    correct(model, expected, feeds())
    after = bias_of(model, "b1_quantized")
    assert after.dtype == np.int32
    assert np.abs(after - before).max() < 50


def test_layers_without_a_bias_get_one_of_zeros():
    model = onnx_model()
    del model.graph.node[0].input[2:]
    add_missing(model)
    assert bias_of(model, model.graph.node[0].input[2]).tolist() == [0.0] * CHANNELS
    assert model.graph.node[2].input[2] == "b2"


def test_the_method_tells_what_it_is_worth(tmp_path):
    recipe = parse_recipe("int8-static:bias-correction=yes")
    made = make_variant(ship(tmp_path), recipe, "onnx", cache=tmp_path / "cache", calibration=examples)
    assert any("Bias correction" in note and "calibration items" in note for note in made.notes)
