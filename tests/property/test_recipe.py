"""Recipes survive a round trip through text; any other text raises RecipeError."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odviz.domain.errors import RecipeError
from odviz.domain.recipe import BASE, MAIN, Recipe, Step, parse_recipe

QUICK = settings(deadline=None, max_examples=60)

METHODS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda name: name != BASE)
KEYS = st.one_of(st.just(MAIN), st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True))
WORDS = st.from_regex(r"[A-Za-z0-9_.%-]{1,6}", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 _.-]{0,8}[A-Za-z0-9])?", fullmatch=True)
STEPS = st.builds(
    Step, METHODS, st.dictionaries(KEYS, WORDS, max_size=3).map(lambda options: tuple(sorted(options.items())))
)
RECIPES = st.builds(Recipe, st.lists(STEPS, max_size=4).map(tuple), st.one_of(st.just(""), NAMES))


@QUICK
@given(RECIPES)
def test_recipe_survives_a_round_trip(recipe):
    assert parse_recipe(str(recipe)) == recipe


@QUICK
@given(RECIPES.filter(lambda recipe: recipe.name))
def test_named_recipe_survives_a_round_trip(recipe):
    parsed = parse_recipe(f"{recipe.name} = {recipe}")
    assert (parsed, parsed.name, parsed.label) == (recipe, recipe.name, recipe.name)


@QUICK
@given(RECIPES, st.sampled_from(["", " ", "  ", "\t"]))
def test_white_space_around_signs_is_ignored(recipe, space):
    spaced = str(recipe)
    for sign in "+:,=":
        spaced = spaced.replace(sign, f"{space}{sign}{space}")
    assert parse_recipe(f"{space}{spaced}{space}") == recipe


@QUICK
@given(st.one_of(st.text(max_size=40), st.text("ab01-+:,=._% \n\tfp32", max_size=40)))
@example("")
@example("+")
@example("=")
@example("a=b=c")
@example("fp32+int8-static")
@example("int8-static:")
@example("prune:50,50")
@example("prune:a=1,a=2")
@example("prune:50\n")
def test_any_text_is_a_recipe_or_raises_recipe_error(text):
    try:
        recipe = parse_recipe(text)
    except RecipeError as error:
        assert repr(text) in str(error) or repr(text.strip()) in str(error)
    else:
        assert parse_recipe(str(recipe)) == recipe
        assert recipe.label


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "=", "a=b=c", "fp32+int8", "int8:", "prune:50,60", "prune:a=1,a=2", "Int8"),
        *("int8-static\x85", "int8-static\n", "a\x0bb=int8-static", "x" * 100_000 + "=fp16", "x" * 70 + "=fp16"),
    ],
)
def test_malformed_recipes_are_rejected(text):
    with pytest.raises(RecipeError):
        parse_recipe(text)
