"""What would make figures a mixture is noticed, and nothing else."""

import pytest

from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.target import HOST, OperatingPoint, Target
from odviz.execution.compatibility import changed, made_of, mixture
from tests import fakes


def point(recipe, model="lenet-5"):
    variant = Variant("product-images", model, parse_recipe(recipe), "onnx")
    return OperatingPoint(variant, Target(HOST, "onnxruntime", "cpu", 1, "int8"))


MADE, SHIPPED = point("int8-static"), point("fp32")
THEN = {
    "cpu": "A",
    "flags": ["avx2"],
    "runtimes": {"onnxruntime": "1", "litert": "1"},
    "packages": {"numpy": "1", "onnx": "1", "onnxruntime": "1", "ai-edge-quantizer": "1"},
    "made_of": {"the method int8-static": "1"},
    "data_sha256": "d",
}


def test_files_are_made_of_what_is_shipped_their_methods_and_what_they_are_calibrated_with():
    found = made_of([SHIPPED, MADE])
    assert list(found) == [
        "the shipped onnx of lenet-5", "the method int8-static", "the calibration items of product-images",
    ]  # fmt: skip
    assert all(found.values())
    assert list(made_of([SHIPPED])) == ["the shipped onnx of lenet-5"]


def test_what_cannot_be_looked_up_is_left_to_who_makes_it():
    assert made_of([fakes.point(), point("int8-static", model="no-such-model")]) == {}


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("cpu", "B", "the processor"),
        ("flags", ["avx2", "avx512_vnni"], "the processor"),
        ("runtimes", {"onnxruntime": "2", "litert": "1"}, "ONNX Runtime"),
        ("packages", THEN["packages"] | {"onnx": "2"}, "the package onnx"),
        ("made_of", {"the method int8-static": "2"}, "the method int8-static"),
        ("made_of", {}, "the method int8-static"),
        ("data_sha256", "e", "the held-out set"),
    ],
)
def test_what_changed_is_named(part, value, said):
    assert changed(THEN, {**THEN, part: value}, [MADE]) == [said]
    assert said in mixture("3f2a", [said])


def test_what_figures_do_not_depend_on_may_change():
    other = {"runtimes": {"onnxruntime": "1"}, "packages": THEN["packages"] | {"ai-edge-quantizer": "2"}}
    assert changed(THEN, THEN | other | {"python": "4"}, [MADE]) == []
    assert changed(THEN, THEN | {"packages": {}}, [SHIPPED]) == []  # no package makes a file that is shipped


def test_what_was_not_written_down_is_not_compared():
    assert changed({}, THEN, [MADE]) == []
    assert changed({"cpu": "A"}, THEN, [MADE]) == []


def test_flags_are_the_same_as_stored_and_as_looked_at():
    assert changed(THEN, THEN | {"flags": ("avx2",)}, [MADE]) == []
