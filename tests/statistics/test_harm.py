"""How often a report on classes names one, by simulation: of equal variants, and where harm was planted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from odviz.analysis.harm import harm
from odviz.domain.harm import Effect
from odviz.objectives.groups import group_items
from odviz.stats.proportions import exact_paired_difference, mcnemar
from tests.harm_data import benchmark_data, flipped

RECIPES = ("int8-static", "int8-dynamic", "fp16", "prune-magnitude:50")


def pages(count, sizes, flips, planted=0.0, seed=1):
    """Reports on four variants that differ from their network at random, equally often either way.

    Args:
        count: how many.
        sizes: items of each class.
        flips: share of items that change.
        planted: additional share of right predictions of the first class that the first variant loses.
        seed: of the simulation.
    """
    rng, names = np.random.default_rng(seed), np.repeat(np.arange(len(sizes)), sizes)
    classes = group_items("classes", [f"{name:02}" for name in names], by_class=True)
    for _ in range(count):
        right = rng.random(len(names)) < 0.8
        scores = {recipe: flipped(right, rng, flips / 2 / 0.8, flips / 2 / 0.2) for recipe in RECIPES}
        scores["int8-static"] &= (names > 0) | (rng.random(len(names)) >= planted / 0.8)
        yield harm(benchmark_data({"fp32": right, **scores}, [classes]), classes)


def named(report):
    return [
        (variant.point.variant.recipe, group.name, group.effect)
        for variant in report.variants
        for group in variant.compared
        if group.effect is not Effect.OPEN
    ]


@pytest.mark.parametrize(
    ("sizes", "flips"), [([20] * 10, 0.3), ([10, 15, 30, 80, 400], 0.1), ([300] * 5, 0.03), ([1000] * 3, 0.2)]
)
def test_of_pages_on_equal_variants_at_most_one_in_twenty_names_a_class(sizes, flips):
    false = np.mean([bool(named(report)) for report in pages(150, sizes, flips)])
    assert false <= 0.05 + 2 * (0.05 * 0.95 / 150) ** 0.5


def test_five_points_less_in_a_class_of_six_hundred_are_found():
    reports = list(pages(60, [600] * 10, 0.02, planted=0.05))
    hits = np.mean([("00", Effect.HURT) in [entry[1:] for entry in named(report)] for report in reports])
    assert hits >= 0.85
    assert np.mean([len(named(report)) > 1 for report in reports]) <= 0.1  # and hardly ever another beside it


@pytest.mark.parametrize("level", [0.95, 1 - 0.05 / 200])
@pytest.mark.parametrize(("count", "lost", "gained"), [(30, 0.2, 0.1), (1000, 0.01, 0.0), (300, 0.1, 0.02)])
def test_exact_intervals_cover_at_least_as_often_as_they_say(level, count, lost, gained):
    """Approximate intervals for pairs cover 1,000 items of which 1 % are lost in 99.5 % at the second level."""
    draws = np.random.default_rng(2).multinomial(count, [gained, lost, 1 - gained - lost], 20_000)
    outcomes, counts = np.unique(draws, axis=0, return_counts=True)
    missed = 0
    for (up, down, _), times in zip(outcomes.tolist(), counts.tolist(), strict=True):
        interval = exact_paired_difference(*discordant(count, up, down), level)
        missed += times * (not interval.low <= gained - lost <= interval.high)
    assert missed <= 20_000 * (1 - level) + 3 * (20_000 * (1 - level)) ** 0.5


def discordant(count, gained, lost):
    own, parent = np.ones(count, bool), np.ones(count, bool)
    parent[:gained], own[gained : gained + lost] = False, False
    return own, parent


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (0, 9), (2, 15), (15, 2), (7, 9), (40, 80)])
def test_the_exact_interval_excludes_zero_where_mcnemar_rejects(gained, lost):
    own, parent = discordant(200, gained, lost)
    interval = exact_paired_difference(own, parent, 0.99)
    assert (not interval.low <= 0 <= interval.high) == (mcnemar(own, parent) < 0.8 * 0.01)
    assert interval.value == (gained - lost) / 200
    if gained + lost:
        share = binomtest(gained, gained + lost).proportion_ci(1 - 0.8 * 0.01, "exact")
        size = binomtest(gained + lost, 200).proportion_ci(1 - 0.2 * 0.01, "exact")
        ends = [sign * part for sign in (2 * share.low - 1, 2 * share.high - 1) for part in size]
        assert interval.low == pytest.approx(min(ends[:2])) and interval.high == pytest.approx(max(ends[2:]))
