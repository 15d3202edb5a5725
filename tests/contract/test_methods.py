"""What every compression method promises, for every format it declares."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from odviz.compression import METHODS
from odviz.compression.base import Applied, Conversion, ModelSource, always
from odviz.compression.make import make_variant
from odviz.compression.recipes import canonical, resolve
from odviz.domain.errors import FileRefused, RecipeError
from odviz.domain.model import Layout
from odviz.domain.recipe import Recipe, Step, parse_recipe
from odviz.formats import FORMATS
from tests.contract._methods_models import INPUTS, MACS, PARAMETERS, SIDE, checked, examples, ship

PAIRS = [(method, format) for method in METHODS for format in FORMATS.names() if format in method.formats]
IDS = [f"{method.name}-{format}" for method, format in PAIRS]
OUTSIDE = [(method, format) for method in METHODS for format in FORMATS.names() if format not in method.formats]


def recipe_of(method) -> Recipe:
    """The method with the options that have no default."""
    needed = [(option.name, "50") for option in method.options if option.default is None]
    return canonical(Recipe((Step(method.name, tuple(needed)),)))


def predict(path, format, item):
    """Output of the format's own runtime for one channels-last item, as real numbers."""
    if format == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return session.run(None, {"input": np.moveaxis(item, -1, 0)[None]})[0][0]
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def integers(values, scale, zero):
        bounds = np.iinfo(source["dtype"])
        return np.clip(np.rint(values / scale) + zero, bounds.min, bounds.max)

    scale, zero = source["quantization"]
    fed = integers(item, scale, zero) if scale else item
    interpreter.set_tensor(source["index"], fed[None].astype(source["dtype"]))
    interpreter.invoke()
    scale, zero = target["quantization"]
    raw = interpreter.get_tensor(target["index"])[0].astype(np.float32)
    return (raw - zero) * scale if scale else raw


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return folder, ship(folder)


@pytest.fixture(scope="module")
def make(library, tmp_path_factory):
    """Every method applied once to the tiny network, by (method, format)."""
    _, model = library
    cache = tmp_path_factory.mktemp("cache")

    def make_once(method, format, cache=cache):
        return make_variant(model, recipe_of(method), format, cache=cache, calibration=examples)

    return make_once


@pytest.mark.parametrize(("method", "format"), PAIRS, ids=IDS)
def test_writes_a_model_that_predicts(make, library, method, format):
    folder, _ = library
    result = make(method, format)
    assert result.changed
    items = examples().inputs
    outputs = np.array([predict(result.artifact.path, format, item) for item in items])
    assert np.isfinite(outputs).all()
    if method.precision not in (None, "int4"):
        parent = np.array([predict(folder / f"fp32.{format}", format, item) for item in items])
        assert np.abs(outputs - parent).max() < 0.15 * np.ptp(parent)


@pytest.mark.parametrize(("method", "format"), PAIRS, ids=IDS)
def test_does_the_same_work_with_as_many_numbers(make, method, format):
    """Compression changes how numbers are stored, not how many there are or how often, unless it cuts channels."""
    facts = FORMATS[format].facts(Path(make(method, format).artifact.path))
    if method.name == "prune-channels":
        assert facts.macs <= MACS / 2 and facts.parameters < PARAMETERS
    else:
        assert (facts.macs, facts.parameters) == (MACS, PARAMETERS)
    assert (facts.quantized_ops > 0) == (method.precision not in (None, "fp16"))
    assert facts.peak_activation_bytes is not None


@pytest.mark.parametrize(("method", "format"), PAIRS, ids=IDS)
def test_the_same_recipe_twice_is_the_same_bytes(make, tmp_path, method, format):
    assert make(method, format, tmp_path).artifact.sha256 == make(method, format).artifact.sha256


@pytest.mark.parametrize(("method", "format"), PAIRS, ids=IDS)
def test_leaves_its_source_alone(library, make, method, format):
    _, model = library
    make(method, format)
    for checkpoint in model.checkpoints:
        artifact = checkpoint.artifacts[format]
        assert hashlib.sha256(Path(artifact.path).read_bytes()).hexdigest() == artifact.sha256


def test_pruning_a_file_without_float_weights_is_a_no_op_with_a_note(library, make, tmp_path):
    _, model = library
    quantized = Path(make(METHODS["int8-static"], "tflite").artifact.path)
    source = ModelSource(quantized, "tflite", Layout.CHANNELS_LAST, model, False, examples())
    applied = METHODS["prune-magnitude"].apply(source, tmp_path / "again", {"percent": "50", "scope": "global"})
    assert not applied.changed and applied.notes


@pytest.mark.parametrize(("method", "format"), OUTSIDE, ids=lambda value: getattr(value, "name", value))
def test_refuses_the_other_format(method, format):
    with pytest.raises(RecipeError) as caught:
        resolve(recipe_of(method), format)
    assert (caught.value.method, caught.value.format) == (method.name, format)


@pytest.mark.parametrize("method", list(METHODS), ids=lambda method: method.name)
def test_is_documented(method):
    assert method.title and method.summary.endswith(".") and method.formats
    assert method.version >= 1
    for option in method.options:
        assert option.doc.endswith(".") and (option.formats is None or option.formats <= method.formats)
        assert bool(option.choices) != (option.low < option.high), "either words or a range"
        assert option.default is None or not option.choices or option.default in option.choices


@pytest.mark.parametrize(("method", "format"), PAIRS, ids=IDS)
def test_its_examples_can_be_resolved(method, format):
    for example in method.conversions[format].examples((30, 50, 70)):
        assert any(step.method.name == method.name for step in resolve(parse_recipe(example.recipe), format))


def test_int4_on_a_network_without_products_is_a_no_op_with_a_note(tmp_path):
    model = ship(tmp_path)
    convolution = checked(
        [helper.make_node("Conv", ["input", "w"], ["logits"], kernel_shape=[1, 1])],
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, (1, INPUTS, SIDE, SIDE))],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, (1, 3, SIDE, SIDE))],
        {"w": np.ones((3, INPUTS, 1, 1), np.float32)},
    )
    onnx.save(convolution, str(tmp_path / "conv.onnx"))
    source = ModelSource(tmp_path / "conv.onnx", "onnx", Layout.CHANNELS_FIRST, model, True, examples())
    for name, options in (
        ("int4-weight-only", {"block": "32"}),
        ("int8-dynamic", {"per-channel": "yes", "reduce-range": "yes"}),
    ):
        applied = METHODS[name].apply(source, tmp_path / f"{name}.onnx", options)
        assert not applied.changed and applied.notes


def test_a_no_op_leaves_the_parent_and_a_note(tmp_path, monkeypatch):
    model = ship(tmp_path)
    conversion = Conversion(lambda *_: Applied(False, ("There is nothing in it.",)), always())
    monkeypatch.setitem(METHODS["fp16"].conversions, "onnx", conversion)
    result = make_variant(model, parse_recipe("fp16"), "onnx", cache=tmp_path / "cache", calibration=examples)
    assert not result.changed
    assert result.notes == ("fp16 changed nothing: There is nothing in it.",)
    assert result.artifact.sha256 == model.dense.artifacts["onnx"].sha256


def test_a_missing_checkpoint_is_refused(tmp_path):
    model = ship(tmp_path)
    (tmp_path / "pruned50.tflite").unlink()
    with pytest.raises(FileRefused, match=r"pruned50\.tflite"):
        make_variant(
            model, parse_recipe("prune-structured:50"), "tflite",
            cache=tmp_path / "cache", calibration=examples,
        )  # fmt: skip
