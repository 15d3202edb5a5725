"""Copies of a file that do the same work in other conditions, or only a part of it, and the work of each layer."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.why import BATCH, SpeedChange
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

TASK, MODEL = "product-images", "ds-cnn-0.25"
ITEMS = TASKS[TASK].test().inputs[:BATCH]


def file(format, checkpoint=0):
    return load_model(TASK, MODEL).checkpoints[checkpoint].artifacts[format]


def scores(runtime, path, layout, item):
    return RUNTIMES[runtime].load(Path(path), layout, 1).predict(item)[0]


@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_the_work_of_all_layers_is_that_of_the_file(format):
    dense, layout = file(format), file(format).layout
    shape = layout.batch(TASKS[TASK].shape)
    layers, facts = FORMATS[format].work(Path(dense.path), shape), FORMATS[format].facts(Path(dense.path), shape)
    assert sum(layer.macs for layer in layers) == facts.macs
    assert sum(layer.parameters for layer in layers) == facts.parameters
    assert sum(layer.zeros for layer in layers) == facts.parameters - facts.nonzero_parameters
    assert len(layers) == facts.compute_ops
    pruned = FORMATS[format].work(Path(file(format, 2).path), shape)
    assert len(pruned) == len(layers) and all(one.macs <= old.macs for one, old in zip(pruned, layers, strict=True))


def test_a_copy_that_ends_behind_a_layer_writes_what_that_layer_writes(tmp_path):
    format, dense = FORMATS["tflite"], file("tflite")
    layers = format.layers(Path(dense.path)).layers
    for position in (0, len(layers) // 2, len(layers) - 1):
        tensors = layers[position].tensors
        copy, whole = tmp_path / "cut.tflite", tmp_path / "exposed.tflite"
        format.cut(Path(dense.path), copy, tensors)
        (place,) = format.expose(Path(dense.path), whole, tensors)
        expected = RUNTIMES["litert"].load(whole, dense.layout, 1).predict(ITEMS[0])[place]
        np.testing.assert_allclose(scores("litert", copy, dense.layout, ITEMS[0]), expected, atol=1e-4)
        assert len(format.layers(copy).layers) == position + 1


def test_layers_of_tflite_say_what_they_read():
    layers = FORMATS["tflite"].layers(Path(file("tflite").path)).layers
    assert next(layer for layer in layers if layer.operator == "CONV_2D").types == ("float32",) * 3


def test_onnx_files_are_not_cut(tmp_path):
    with pytest.raises(FileRefused, match="ONNX"):
        FORMATS["onnx"].cut(Path(file("onnx").path), tmp_path / "cut.onnx", ("x",))


@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_a_file_without_zeros_stays(format, tmp_path):
    dense = Path(file(format).path)
    assert FORMATS[format].vary(dense, tmp_path / "copy", SpeedChange.FILLED) == 0
    assert not (tmp_path / "copy").exists()


def test_zeros_are_filled_and_other_weights_stay(tmp_path):
    model = onnx.load(file("onnx").path)
    weights = next(tensor for tensor in model.graph.initializer if len(tensor.dims) > 1)
    values = onnx.numpy_helper.to_array(weights).copy()
    values[0] = 0
    weights.CopyFrom(onnx.numpy_helper.from_array(values, weights.name))
    onnx.save(model, tmp_path / "pruned.onnx")
    assert FORMATS["onnx"].vary(tmp_path / "pruned.onnx", tmp_path / "filled.onnx", SpeedChange.FILLED) == 1
    stored = {tensor.name: tensor for tensor in onnx.load(tmp_path / "filled.onnx").graph.initializer}
    filled = onnx.numpy_helper.to_array(stored[weights.name])
    assert filled.all() and np.array_equal(filled[1:], values[1:])


def test_several_items_in_one_inference(tmp_path):
    dense = file("onnx")
    assert FORMATS["onnx"].vary(Path(dense.path), tmp_path / "eight.onnx", SpeedChange.BATCH)
    together = scores("onnxruntime", tmp_path / "eight.onnx", Layout.TOKENS, np.moveaxis(ITEMS, -1, 1))
    alone = [scores("onnxruntime", dense.path, dense.layout, item) for item in ITEMS]
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert FORMATS["tflite"].vary(Path(file("tflite").path), tmp_path / "eight.tflite", SpeedChange.BATCH) == 0
