"""Paired differences of balanced accuracy cover as often as they say, and have a width where nothing changed."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics import METRICS
from odviz.metrics.balanced_accuracy import BalancedAccuracy
from odviz.stats.proportions import clopper_pearson, paired_difference

BALANCED = METRICS["balanced-accuracy"]
STRICT = 1 - 0.05 / 200


def scores(right, targets):
    return np.stack([np.where(right, targets, 1 - targets), targets], axis=1)


def test_where_nothing_changed_the_interval_is_that_of_no_flips_in_each_class():
    """Each class of n items leaves room for a loss or gain of about ln(2 / error) / n, as the rule of three has it."""
    sizes = np.array([40, 160])
    targets = np.repeat([0, 1], sizes)
    same = scores(np.arange(200) % 5 > 0, targets)
    strict = BALANCED.strict_difference(same, same, level=STRICT)
    bounds = np.array([clopper_pearson(0, size, 0.2 * (1 - STRICT))[1] for size in sizes])
    assert strict.value == 0 and strict.high == -strict.low == pytest.approx(np.hypot(*bounds) / 2, rel=0.01)
    usual = BALANCED.difference(same, same)
    assert usual.value == 0 and 0.02 < usual.high == -usual.low < strict.high


def test_with_one_class_it_is_the_difference_of_its_recall():
    targets = np.zeros(50, int)
    own, parent = np.arange(50) < 40, np.arange(50) < 45
    assert BALANCED.difference(scores(own, targets), scores(parent, targets)) == paired_difference(own, parent)


def test_other_items_are_refused():
    one, other = (scores(np.ones(4, bool), np.array(targets)) for targets in ([0, 0, 1, 1], [0, 1, 1, 1]))
    for call in (BALANCED.difference, lambda own, parent: BALANCED.strict_difference(own, parent, level=0.99)):
        with pytest.raises(ValueError, match="not the same items"):
            call(one, other)


@pytest.mark.parametrize("level", [0.95, STRICT])
@pytest.mark.parametrize(
    ("sizes", "lost", "gained"),
    [((40, 160), (0.0, 0.0), (0.0, 0.0)), ((40, 160), (0.02, 0.0), (0.0, 0.0)), ((30, 600), (0.1, 0.05), (0.02, 0.03))],
)
def test_differences_cover_at_least_as_often_as_they_say(level, sizes, lost, gained):
    rng, targets = np.random.default_rng(3), np.repeat([0, 1], sizes)
    truth = np.mean(np.subtract(gained, lost))
    metric, draws, missed = BalancedAccuracy(), 1500, 0
    for _ in range(draws):
        move = rng.random(len(targets))
        parent = rng.random(len(targets)) < 0.8
        own = np.where(parent, move >= np.take(lost, targets) / 0.8, move < np.take(gained, targets) / 0.2)
        interval = (
            metric.difference(scores(own, targets), scores(parent, targets))
            if level == 0.95
            else metric.strict_difference(scores(own, targets), scores(parent, targets), level=level)
        )
        missed += not interval.low <= truth <= interval.high
    assert missed <= draws * (1 - level) + 3 * (draws * (1 - level)) ** 0.5
