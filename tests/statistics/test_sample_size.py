"""A difference of the size that is named detectable is found as often as said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from odviz.data_quality import CHECKS
from odviz.data_quality.sample_size import (
    POWER,
    groups_needed,
    items_needed,
    smallest_difference,
    smallest_group_difference,
)
from odviz.domain.data_quality import FindingKind, Severity
from odviz.domain.estimate import LEVEL, Provenance
from odviz.domain.modality import Modality
from odviz.metrics import METRICS
from odviz.stats import paired_difference
from tests.toys.datasets import answers, dataset

RUNS = 4000


@pytest.mark.parametrize(("items", "discordance"), [(500, 0.1), (2000, 0.05), (10_000, 0.02)])
def test_power_of_paired_shares_by_simulation(items, discordance):
    """The interval that odviz shows excludes zero in about 80 % of the cases."""
    difference = smallest_difference(discordance, items)
    gains, losses = (discordance + difference) / 2, (discordance - difference) / 2
    drawn = np.random.default_rng(0).multinomial(items, [gains, losses, 1 - discordance], RUNS)
    up, down = (drawn[:, 0] + 1) / (items + 2), (drawn[:, 1] + 1) / (items + 2)
    half = special.ndtri((1 + LEVEL) / 2) * np.sqrt((up + down - (up - down) ** 2) / (items + 2))
    assert (up - down > half).mean() == pytest.approx(POWER, abs=0.035)
    one = paired_difference(*(np.arange(items) < count for count in (drawn[0, 0], 0)))  # the formula is that of odviz
    assert one.low > 0 or drawn[0, 0] < 6


@pytest.mark.parametrize("groups", [4, 12])
def test_power_over_groups_by_simulation(groups):
    difference = smallest_group_difference(1 / np.sqrt(groups), groups)
    effects = np.random.default_rng(0).normal(difference, 1, (20_000, groups))
    half = special.stdtrit(groups - 1, (1 + LEVEL) / 2) * effects.std(axis=1, ddof=1) / np.sqrt(groups)
    assert (effects.mean(axis=1) > half).mean() == pytest.approx(POWER, abs=0.015)


@settings(max_examples=50)
@given(st.floats(0.001, 0.5), st.integers(50, 50_000))
def test_as_many_items_as_needed_find_the_difference(discordance, items):
    difference = smallest_difference(discordance, items)
    assert smallest_difference(discordance, 2 * items) < difference
    if difference < 0.9:
        assert items_needed(discordance, difference) == pytest.approx(items, rel=0.01, abs=2)


def test_a_difference_rests_on_some_items():
    """Without a discordant item in 100, a difference of less than 7 items or so cannot be found."""
    assert 0.05 < smallest_difference(0.0, 100) < 0.1


def test_more_groups_find_smaller_differences():
    needed = groups_needed(0.01, 4, 0.01)
    assert needed and smallest_group_difference(0.01 * np.sqrt(4 / needed), needed) <= 0.01
    assert 10 < needed < 60
    assert groups_needed(10.0, 4, 0.01) is None


def finding(data):
    (only,) = CHECKS["sample-size"].report(data).findings
    assert only.kind is FindingKind.RESOLUTION
    return only


def test_five_hundred_items_do_not_tell_one_point_apart():
    data = dataset(Modality.TABULAR)
    looked = finding(data)
    assert looked.figures[0].estimate.provenance is Provenance.MODELLED
    assert looked.figures[0].estimate.centre > 0.02 and looked.severity > Severity.FINE
    parent, variant = answers(data, 0.9, 0.88)
    answered = finding(replace(data, answers=(parent, variant)))
    smallest = answered.figures[0].estimate
    discordance = float((parent.scores != variant.scores).mean())
    assert smallest.centre == pytest.approx(smallest_difference(discordance, 300))
    assert smallest.low < smallest.centre < smallest.high
    assert f"{items_needed(discordance, 0.01):,} items" in answered.message


def test_groups_count_and_not_items():
    data = dataset(Modality.SIGNAL, group_title="people")
    data = replace(data, test=replace(data.test, groups=np.array(["a", "b", "c"] * 100)))
    data = replace(data, answers=answers(data, 0.9, 0.88))
    grouped, alone = finding(data), finding(replace(data, group_title=""))
    assert grouped.figures[0].estimate.centre > alone.figures[0].estimate.centre
    assert "people" in grouped.message


def test_errors_in_a_unit_are_told_in_it():
    data = dataset(Modality.TABULAR, metric=METRICS["mae"], classes=())
    rng = np.random.default_rng(0)
    parent, variant = (
        replace(one, scores=abs(rng.normal(0, 1, 300)), outputs=None)
        for one in answers(dataset(Modality.TABULAR), 1, 1)
    )
    assert CHECKS["sample-size"].report(data).obstacle
    smallest = finding(replace(data, answers=(parent, variant))).figures[0].estimate
    error = np.std(parent.scores - variant.scores) / np.sqrt(300)
    assert smallest.centre == pytest.approx(2.8 * error, rel=0.1)
