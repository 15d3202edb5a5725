"""What recipes mean: sentences for what makes no sense, one form for what means the same."""

import pytest

from odviz.compression import METHODS
from odviz.compression.recipes import canonical, formats, precision, quick, resolve, suggested
from odviz.domain.errors import RecipeError, UnknownName
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.formats import FORMATS

ONNX, TFLITE = "onnx", "tflite"


def test_defaults_are_filled_in():
    (step,) = resolve(parse_recipe("int8-static"), ONNX)
    assert dict(step.options) == {
        "calibration": "minmax", "reduce-range": "yes", "float-stem": "thin", "scope": "all",
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
    found = canonical(parse_recipe(text))
    assert str(found) == shortest
    assert found == canonical(parse_recipe(shortest))
    assert hash(found) == hash(canonical(parse_recipe(shortest)))


def test_the_name_is_kept():
    assert canonical(parse_recipe("till = int8-static:minmax")).label == "till"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("int8-static:kl", "'kl' is no calibration of 'int8-static', which is one of minmax, entropy, percentile."),
        ("int8-static:speed=9", "'int8-static' has no option 'speed': its options are calibration, reduce-range"),
        ("fp16:deep=yes", "'fp16' has no option 'deep': it takes none."),
        ("fp16:half", "'fp16' takes no options, but 'half' was given"),
        ("prune-magnitude", "needs its option 'percent', a number from 1 to 99: write prune-magnitude:50"),
        ("prune-magnitude:120", "percent of 'prune-magnitude' is a number from 1 to 99, not 120."),
        ("prune-magnitude:much", "'much' is no percent of 'prune-magnitude', which is a number from 1 to 99."),
        ("prune-magnitude:nan", "from 1 to 99, not nan"),
        ("prune-magnitude:50,percent=60", "'percent' is given twice"),
        ("int8-weight-only", "cannot be applied to ONNX files, only to TFLite ones. For ONNX there is int8-dynamic"),
        ("fp16+int8-static", "'fp16' and 'int8-static' both change the number type; keep one."),
        ("int8-static+prune-magnitude:50", "'prune-magnitude' cannot follow 'int8-static'"),
        ("prune-magnitude:50+prune-structured:30", "'prune-structured' starts from another trained network"),
        ("prune-magnitude:50+prune-magnitude:60", "'prune-magnitude' stands in it twice"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(text, said):
    with pytest.raises(RecipeError) as caught:
        resolve(parse_recipe(text), ONNX)
    assert said in str(caught.value)


def test_an_option_of_another_format_is_refused_by_name():
    with pytest.raises(RecipeError, match=r"'calibration' of 'int8-static' exists for ONNX files only.*TFLite"):
        resolve(parse_recipe("int8-static:entropy"), TFLITE)


@pytest.mark.parametrize("ask", [lambda r: resolve(r, ONNX), canonical, formats, lambda r: precision(r, ONNX)])
def test_an_unknown_method_is_named_with_what_exists(ask):
    with pytest.raises(UnknownName, match=r"int8-statik.*Did you mean 'int8-static'"):
        ask(parse_recipe("int8-statik"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fp32", set(FORMATS.names())),
        ("int8-static", set(FORMATS.names())),
        ("int8-static:entropy", {ONNX}),
        ("int16x8", {TFLITE}),
        ("prune-magnitude:50+int8-weight-only", {TFLITE}),
    ],
)
def test_formats(text, found):
    assert formats(parse_recipe(text)) == found


def test_a_recipe_for_no_format_says_why():
    with pytest.raises(RecipeError, match="number type"):
        formats(parse_recipe("fp16+int8-static"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fp32", "fp32"), ("prune-magnitude:50", "fp32"), ("fp16", "fp16"), ("int16x8", "int16x8"),
        ("prune-structured:50+int8-static", "int8"), ("int4-weight-only", "int4"),
    ],
)  # fmt: skip
def test_precision(text, found):
    assert precision(parse_recipe(text), TFLITE) == found


@pytest.mark.parametrize("format", FORMATS.names())
def test_suggestions_make_sense_and_stand_once(format):
    checkpoints = (0, 30, 50, 70)
    every, short = suggested(format, checkpoints), quick(format, checkpoints)
    assert len(set(every)) == len(every)
    assert set(short) < set(every)
    assert all(recipe == canonical(recipe) and not recipe.is_base for recipe in every)
    assert {step.method for recipe in every for step in recipe.steps} == {
        method.name for method in METHODS if format in method.formats
    }
    assert parse_recipe("prune-structured:70+int8-static") in every
    assert 2 <= len(short) <= 6


def test_no_masters_no_structured_suggestions():
    assert not [recipe for recipe in suggested(ONNX) if "structured" in str(recipe)]


def test_the_base_recipe_is_no_steps():
    assert resolve(Recipe(), ONNX) == ()
