"""Resolving recipes: refusals, defaults, one written form for equivalent recipes."""

import pytest

from odviz.compression import METHODS
from odviz.compression.recipes import canonical, formats, precision, resolve, suggested
from odviz.domain.errors import RecipeError, UnknownName
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.formats import FORMATS

ONNX, TFLITE = "onnx", "tflite"


def test_defaults_are_filled_in():
    (step,) = resolve(parse_recipe("int8-static"), ONNX)
    assert dict(step.options) == {
        "calibration": "minmax", "reduce-range": "yes", "float-stem": "thin", "scope": "all", "loss": "1",
        "bias-correction": "no",
    }  # fmt: skip
    assert str(step) == "int8-static"


def test_options_of_another_format_are_left_out():
    (step,) = resolve(parse_recipe("int8-static:minmax"), TFLITE)
    assert step.options == ()


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("fp32", "fp32"),
        ("int8-static:calibration=minmax,reduce-range=yes", "int8-static"),
        ("int8-static:calibration=entropy", "int8-static:entropy"),
        ("int8-static:reduce-range=no,calibration=percentile", "int8-static:percentile,reduce-range=no"),
        ("prune-magnitude:percent=80.0", "prune-magnitude:80"),
        ("prune-magnitude:80%,scope=global", "prune-magnitude:80"),
        ("prune-structured:50 + int8-static", "prune-structured:50+int8-static"),
    ],
)
def test_one_form_for_what_means_the_same(text, shortest):
    recipe = canonical(parse_recipe(text))
    assert str(recipe) == shortest
    assert recipe == canonical(parse_recipe(shortest))
    assert hash(recipe) == hash(canonical(parse_recipe(shortest)))


def test_the_name_is_kept():
    assert canonical(parse_recipe("till = int8-static:minmax")).label == "till"


@pytest.mark.parametrize(
    ("text", "method", "option", "hint"),
    [
        ("int8-static:kl", "int8-static", "calibration", "minmax, entropy, percentile"),
        ("int8-static:speed=9", "int8-static", "speed", "calibration, reduce-range"),
        ("fp16:deep=yes", "fp16", "deep", "none"),
        ("fp16:half", "fp16", "", "'half'"),
        ("prune-magnitude", "prune-magnitude", "percent", "prune-magnitude:50"),
        ("prune-magnitude:120", "prune-magnitude", "percent", "1 to 99"),
        ("prune-magnitude:much", "prune-magnitude", "percent", "1 to 99"),
        ("prune-magnitude:nan", "prune-magnitude", "percent", "1 to 99"),
        ("prune-magnitude:50,percent=60", "prune-magnitude", "percent", "twice"),
        ("fp16+int8-static", "int8-static", "", "'fp16'"),
        ("int8-static+prune-magnitude:50", "prune-magnitude", "", "before"),
        ("prune-magnitude:50+prune-structured:30", "prune-structured", "", "first"),
        ("prune-magnitude:50+prune-magnitude:60", "prune-magnitude", "", "twice"),
    ],
)
def test_invalid_recipes_are_refused_by_method_and_option(text, method, option, hint):
    with pytest.raises(RecipeError, match=hint) as caught:
        resolve(parse_recipe(text), ONNX)
    assert (caught.value.method, caught.value.option) == (method, option)
    assert caught.value.recipe


def test_another_format_is_refused_with_alternatives():
    with pytest.raises(RecipeError, match="int8-dynamic or int8-static") as caught:
        resolve(parse_recipe("int8-weight-only"), ONNX)
    assert (caught.value.method, caught.value.format) == ("int8-weight-only", ONNX)


def test_an_option_of_another_format_is_refused():
    with pytest.raises(RecipeError) as caught:
        resolve(parse_recipe("int8-static:entropy"), TFLITE)
    refusal = caught.value
    assert (refusal.method, refusal.option, refusal.format) == ("int8-static", "calibration", TFLITE)


def test_an_unknown_format_is_refused():
    with pytest.raises(UnknownName) as caught:
        resolve(parse_recipe("fp16"), "paper")
    assert (caught.value.kind, caught.value.name) == ("format", "paper")


@pytest.mark.parametrize("ask", [lambda r: resolve(r, ONNX), canonical, formats, lambda r: precision(r, ONNX)])
def test_an_unknown_method_is_refused_with_a_near_name(ask):
    with pytest.raises(UnknownName, match="'int8-static'") as caught:
        ask(parse_recipe("int8-statik"))
    assert (caught.value.kind, caught.value.name) == ("compression method", "int8-statik")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fp32", set(FORMATS.names())),
        ("int8-static", set(FORMATS.names())),
        ("int8-static:entropy", {ONNX}),
        ("int16x8", {TFLITE}),
        ("prune-magnitude:50+int8-weight-only", {TFLITE}),
    ],
)
def test_formats(text, expected):
    assert formats(parse_recipe(text)) == expected


def test_a_recipe_for_no_format_is_refused():
    with pytest.raises(RecipeError) as caught:
        formats(parse_recipe("fp16+int8-static"))
    assert (caught.value.recipe, caught.value.method) == ("fp16+int8-static", "int8-static")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fp32", "fp32"), ("prune-magnitude:50", "fp32"), ("fp16", "fp16"), ("int16x8", "int16x8"),
        ("prune-structured:50+int8-static", "int8"), ("int4-weight-only", "int4"),
    ],
)  # fmt: skip
def test_precision(text, expected):
    assert precision(parse_recipe(text), TFLITE) == expected


@pytest.mark.parametrize("format", FORMATS.names())
def test_suggestions_make_sense_and_stand_once(format):
    checkpoints = (0, 30, 50, 70)
    every, short = suggested(format, checkpoints), suggested(format, checkpoints, quick=True)
    assert len(set(every)) == len(every)
    assert set(short) < set(every)
    assert all(recipe == canonical(recipe) and recipe.steps for recipe in every)
    assert {step.method for recipe in (*every, *suggested(format)) for step in recipe.steps} == {
        method.name for method in METHODS if format in method.formats
    }
    assert parse_recipe("prune-structured:70+int8-static") in every
    assert 2 <= len(short) <= 6


def test_without_checkpoints_structured_pruning_is_not_suggested():
    assert not [recipe for recipe in suggested(ONNX) if "structured" in str(recipe)]


def test_the_base_recipe_is_no_steps():
    assert resolve(Recipe(), ONNX) == ()


@pytest.mark.parametrize("value", ["5_0", "1e400", "nan", "9" * 900])
def test_a_number_that_nobody_writes_so_is_no_value(value):
    with pytest.raises(RecipeError):
        canonical(parse_recipe(f"prune-magnitude:{value}"))
