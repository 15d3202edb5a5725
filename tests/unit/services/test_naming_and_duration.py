from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from odviz.domain.plan import QUICK, THOROUGH
from odviz.domain.recipe import parse_recipe
from odviz.services import duration, naming
from tests.fakes import plan, point


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("fp32", "Uncompressed"),
        ("int8-static", "Static int8"),
        ("prune-structured:50+int8-static", "Structured pruning 50 % + Static int8"),
        ("till = fp16", "till"),
        ("forgotten:3", "forgotten:3"),
    ],
)
def test_recipes_are_said_in_words(recipe, words):
    assert naming.recipe(parse_recipe(recipe)) == words


def test_names_that_are_gone_stand_for_themselves():
    assert naming.point(point()) == "net · Uncompressed · ONNX Runtime"
    assert (naming.task("gone"), naming.model("gone", "gone"), naming.runtime("gone")) == ("gone", "gone", "gone")


def test_more_points_and_more_effort_take_longer():
    one, two = [point()], [point(), point("int8-static")]
    quick, thorough = replace(plan(), effort=QUICK), replace(plan(), effort=THOROUGH)
    low, high = duration.expected(quick, one)
    assert 0 < low < high < duration.expected(quick, two)[1] < duration.expected(thorough, two)[1]


def test_benchmarks_like_it_correct_the_guess(store, measured):
    record = store.load(measured(None, "int8-static"))
    began = datetime(2026, 1, 1, tzinfo=UTC)
    points = [point(), point("int8-static")]
    like = [replace(record, started=began, ended=began + timedelta(seconds=took)) for took in (80, 100, 120)]
    low, high = duration.expected(record.plan, points, [(benchmark, 2) for benchmark in like])
    assert (low, high) == (pytest.approx(80), pytest.approx(120))
    bare = duration.expected(record.plan, points)
    wide = duration.expected(record.plan, points, [(like[0], 2)])
    assert wide[0] == bare[0] < 80 and wide[1] >= max(bare[1], 80)  # one alone is not believed
