"""A short distillation in torch, an extra: refused in words without it, and nearer the original with it."""

import copy
import importlib.util

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from odviz.compression import _distill
from odviz.compression._comparison import Comparison
from odviz.compression._distill import distill
from odviz.compression._ort import Feeds
from odviz.compression.base import ModelSource
from odviz.compression.make import make_variant
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout
from odviz.domain.recipe import parse_recipe
from tests.contract._methods_models import MACS, examples, onnx_model, ship

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is an extra")


def test_without_torch_it_says_what_to_install(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    with pytest.raises(RecipeError, match=r"odviz\[train\]") as caught:
        make_variant(
            ship(tmp_path), parse_recipe("prune-channels:25,distill=yes"), "onnx",
            cache=tmp_path / "cache", calibration=examples,
        )  # fmt: skip
    assert caught.value.option == "distill"


@pytest.fixture
def source(tmp_path):
    onnx.save(onnx_model(), str(tmp_path / "net.onnx"))
    return ModelSource(tmp_path / "net.onnx", "onnx", Layout.CHANNELS_FIRST, None, True, examples(80))


@needs_torch
def test_it_brings_a_spoilt_network_near_the_original(source, tmp_path, monkeypatch):
    monkeypatch.setattr(_distill, "STEPS", 100)
    original = onnx_model()
    changed = copy.deepcopy(original)
    tensor = next(tensor for tensor in changed.graph.initializer if tensor.name == "w1")
    values = numpy_helper.to_array(tensor)
    noise = np.random.default_rng(2).normal(0, 0.05, values.shape).astype(np.float32)
    tensor.CopyFrom(numpy_helper.from_array(values + noise, "w1"))
    onnx.save(changed, str(tmp_path / "changed.onnx"))
    calls = []
    distill(original, changed, list(Feeds(source, original.graph.input)), MACS, lambda: calls.append(1))
    onnx.save(changed, str(tmp_path / "trained.onnx"))
    comparison = Comparison(source, 80)
    spoilt, trained = (comparison.error(tmp_path / f"{name}.onnx") for name in ("changed", "trained"))
    assert trained < 0.8 * spoilt
    assert len(calls) == _distill.STEPS


@needs_torch
def test_an_operator_without_a_form_in_torch_is_refused(source):
    model = onnx_model()
    model.graph.node[1].CopyFrom(helper.make_node("Softsign", ["c1"], ["r1"], "softsign"))
    with pytest.raises(RecipeError, match="Softsign"):
        distill(model, model, list(Feeds(source, model.graph.input)), MACS, lambda: None)
