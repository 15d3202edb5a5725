"""Layers fitted one after the other: a network whose weights were spoilt comes near the original again."""

import copy

import numpy as np
import onnx
from onnx import numpy_helper

from odviz.compression._comparison import Comparison
from odviz.compression._ort import Feeds
from odviz.compression._refit import fit
from odviz.compression.base import ModelSource
from odviz.domain.model import Layout
from tests.contract._methods_models import examples, onnx_model


def spoil(model, name, factor):
    tensor = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    values = numpy_helper.to_array(tensor)
    noise = np.random.default_rng(2).normal(0, factor, values.shape)
    tensor.CopyFrom(numpy_helper.from_array((values + noise).astype(np.float32), name))


def test_the_layers_after_a_change_make_up_for_it(tmp_path):
    original = onnx_model()
    onnx.save(original, str(tmp_path / "net.onnx"))
    source = ModelSource(tmp_path / "net.onnx", "onnx", Layout.CHANNELS_FIRST, None, True, examples(80))
    changed = copy.deepcopy(original)
    for name, factor in (("w1", 0.05), ("w3", 0.5), ("b3", 2.0)):
        spoil(changed, name, factor)
    onnx.save(changed, str(tmp_path / "changed.onnx"))
    calls = []
    fit(original, changed, lambda *_: None, list(Feeds(source, original.graph.input)), lambda: calls.append(1))
    onnx.save(changed, str(tmp_path / "fitted.onnx"))
    comparison = Comparison(source, 80)
    spoilt, fitted = (comparison.error(tmp_path / f"{name}.onnx") for name in ("changed", "fitted"))
    assert fitted < 0.2 * spoilt
    assert len(calls) == 1, "only the last layer sums over channels that another layer made"
