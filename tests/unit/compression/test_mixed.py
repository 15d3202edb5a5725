"""Which operators stay float: the search on invented losses, and the method on networks with an outlier channel."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from odviz.compression import METHODS
from odviz.compression._mixed import MOST_FLOAT, choose
from odviz.compression.make import find_variant, make_variant, sensitivities
from odviz.compression.recipes import resolve
from odviz.domain.errors import RecipeError
from odviz.domain.recipe import parse_recipe
from odviz.formats import FORMATS
from odviz.formats.base import digest
from tests.contract._methods_models import CLASSES, MACS, examples, ship


class Losses:
    """A `Comparison` of invented files: an integer operator of `harm` loses that much, the others lose nothing."""

    def __init__(self, **harm):
        self.harm, self.written = harm, ()

    def write(self, floats, only):
        self.written = tuple(only) or tuple(name for name in self.harm if name not in floats)

    def error(self, _):
        return sum(self.harm[name] for name in self.written)

    loss = error


def chosen(losses, work=None, allowed=1.0):
    return choose(losses.write, work or dict.fromkeys(losses.harm, 1), losses, losses, allowed)


def test_nothing_stays_float_within_the_allowance():
    choice = chosen(Losses(a=0.4, b=0.6))
    assert (choice.floats, choice.table, choice.before) == ((), (), 1.0)


def test_the_most_sensitive_operators_stay_float_and_no_more():
    choice = chosen(Losses(a=0.1, b=30, c=0.2, d=5, e=0.0))
    assert choice.floats == ("b", "d")
    assert [row.name for row in choice.table] == ["b", "d", "c", "a", "e"]
    assert (choice.before, choice.after, choice.macs) == (pytest.approx(35.3), pytest.approx(0.3), pytest.approx(0.4))


def test_operators_that_need_not_stay_float_go_back():
    """The set that is tried grows by more than one."""
    harm = {f"n{index}": 10.0 - index for index in range(8)}
    choice = chosen(Losses(**harm), allowed=20)
    assert sum(value for name, value in harm.items() if name not in choice.floats) <= 20
    assert all(
        sum(harm[other] for other in harm if other not in choice.floats) + harm[name] > 20 for name in choice.floats
    )


def test_most_of_the_work_stays_integer():
    choice = chosen(Losses(large=50, small=5), {"large": 90, "small": 10})
    assert choice.floats == ("small",) and choice.macs <= MOST_FLOAT


@pytest.fixture
def outlier(tmp_path):
    """The tiny network with one channel before its last layer a thousand times as large, and the same outputs."""
    model = ship(tmp_path)
    artifact = model.dense.artifacts["onnx"]
    network = onnx.load(artifact.path)
    stored = {tensor.name: tensor for tensor in network.graph.initializer}
    for name, place, factor in (("w2", 0, 1e3), ("b2", 0, 1e3), ("w3", (slice(None), 0), 1e-3)):
        values = numpy_helper.to_array(stored[name]).copy()
        values[place] *= factor
        stored[name].CopyFrom(numpy_helper.from_array(values, name))
    onnx.save(network, artifact.path)
    rescaled = replace(artifact, sha256=digest([Path(artifact.path)]))
    return replace(model, checkpoints=(replace(model.dense, artifacts={"onnx": rescaled}),))


def labelled():
    """Calibration items with classes."""
    items = examples(40)
    return replace(items, targets=np.arange(40) % CLASSES)


def predictions(artifact):
    import onnxruntime

    session = onnxruntime.InferenceSession(artifact.path, providers=["CPUExecutionProvider"])
    return np.array([session.run(None, {"input": np.moveaxis(item, -1, 0)[None]})[0][0] for item in examples().inputs])


def test_an_outlier_channel_stays_float(outlier, tmp_path):
    def make(recipe):
        return make_variant(
            outlier, parse_recipe(recipe), "onnx", cache=tmp_path / "cache", calibration=labelled, report_alive=alive
        )

    calls = 0

    def alive():
        nonlocal calls
        calls += 1

    parent, plain, mixed = (
        predictions(make(recipe).artifact) for recipe in ("fp32", "int8-static", "int8-static:auto")
    )
    lost, left = (np.abs(outputs - parent).max() for outputs in (plain, mixed))
    assert left < 0.2 * lost
    assert calls > 3
    made = make("int8-static:auto")
    rows = sensitivities(made.artifact)
    assert rows[0].stays_float and not rows[-1].stays_float
    assert any("depthwise" in row.name and row.stays_float for row in rows)
    assert [row.error for row in rows] == sorted((row.error for row in rows), reverse=True)
    assert sum(row.macs for row in rows) == pytest.approx(1)
    assert sensitivities(make("int8-static").artifact) == ()
    facts = FORMATS["onnx"].facts(Path(made.artifact.path))
    assert facts.macs == MACS and 0 < facts.quantized_ops < 1


def test_the_choice_depends_on_labels_and_metric(outlier, tmp_path):
    recipe, cache = parse_recipe("int8-static:auto"), tmp_path / "cache"
    make_variant(outlier, recipe, "onnx", cache=cache, calibration=labelled, metric="top1")

    def found(metric, items=labelled):
        return find_variant(outlier, recipe, "onnx", cache=cache, calibration=items, metric=metric) is not None

    assert found("top1")
    assert not found("macro-f1")
    assert not found("top1", lambda: examples(40))


def test_an_allowance_belongs_to_auto(outlier, tmp_path):
    with pytest.raises(RecipeError) as caught:
        make_variant(
            outlier, parse_recipe("int8-static:loss=2"), "onnx", cache=tmp_path / "cache", calibration=labelled
        )
    assert caught.value.option == "loss"


def test_tflite_files_are_refused():
    with pytest.raises(RecipeError) as caught:
        resolve(parse_recipe("int8-static:auto"), "tflite")
    assert (caught.value.method, caught.value.option) == (METHODS["int8-static"].name, "calibration")
