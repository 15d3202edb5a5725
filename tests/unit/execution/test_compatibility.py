"""Changes that would mix figures of different things are found, and no others."""

from dataclasses import replace

import pytest

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.execution.compatibility import changed, made_of, mixture
from odviz.serialization import from_json
from tests import fakes


def point(recipe, model="lenet-5"):
    variant = Variant("product-images", model, parse_recipe(recipe), "onnx")
    return OperatingPoint(variant, Target(HOST, "onnxruntime", "cpu", 1, Precision.INT8))


MADE, BUILT_IN = point("int8-static"), point("fp32")
BEFORE = BenchmarkEnvironment(
    cpu="A",
    flags=("avx2",),
    runtimes={"onnxruntime": "1", "litert": "1"},
    packages={"numpy": "1", "onnx": "1", "onnxruntime": "1", "ai-edge-quantizer": "1"},
    made_of={"the method int8-static": "1"},
    data_sha256="d",
)


def test_parts_are_checkpoint_files_methods_and_calibration_items():
    parts = made_of([BUILT_IN, MADE])
    assert list(parts) == [
        "the shipped onnx of lenet-5", "the method int8-static", "the calibration items of product-images",
    ]  # fmt: skip
    assert all(parts.values())
    assert list(made_of([BUILT_IN])) == ["the shipped onnx of lenet-5"]


def test_unknown_variants_have_no_parts():
    assert made_of([fakes.point(), point("int8-static", model="no-such-model")]) == {}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"cpu": "B"}, "the processor"),
        ({"flags": ("avx2", "avx512_vnni")}, "the processor"),
        ({"runtimes": {"onnxruntime": "2", "litert": "1"}}, "ONNX Runtime"),
        ({"packages": {**BEFORE.packages, "onnx": "2"}}, "the package onnx"),
        ({"made_of": {"the method int8-static": "2"}}, "the method int8-static"),
        ({"made_of": {}}, "the method int8-static"),
        ({"data_sha256": "e"}, "the test set"),
    ],
)
def test_what_changed_is_named(change, name):
    assert changed(BEFORE, replace(BEFORE, **change), [MADE]) == [name]
    assert name in mixture("3f2a", [name])


def test_what_figures_do_not_depend_on_may_change():
    packages = {**BEFORE.packages, "ai-edge-quantizer": "2"}
    now = replace(BEFORE, runtimes={"onnxruntime": "1"}, packages=packages, python="4")
    assert changed(BEFORE, now, [MADE]) == []
    assert changed(BEFORE, replace(BEFORE, packages={}), [BUILT_IN]) == []  # no package makes a file that is shipped


def test_what_was_not_recorded_is_not_compared():
    assert changed(BenchmarkEnvironment(cpu="A"), BEFORE, [MADE]) == []
    older = from_json(BenchmarkEnvironment, '{"cpu": "A", "flags": ["avx2"], "a field of an older odviz": 1}')
    assert older == BenchmarkEnvironment(cpu="A", flags=("avx2",)) and changed(older, BEFORE, [MADE]) == []
