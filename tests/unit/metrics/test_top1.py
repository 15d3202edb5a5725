from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics._classes import NO_CLASS, predicted_classes
from odviz.metrics.top1 import plugin
from odviz.stats import joint_accuracy, mcnemar, paired_difference, wilson

TARGETS = np.array([0, 1, 2, 1])


def sure(*classes: int, count: int = 3) -> tuple[np.ndarray]:
    """Outputs that predict exactly these classes."""
    return (np.eye(count, dtype=np.float32)[list(classes)],)


def test_the_largest_output_is_the_class_and_nan_is_none() -> None:
    outputs = np.array([[1, 3, 2], [5, 5, 1], [np.nan, 1, 2], [0, 1, np.inf]])
    assert predicted_classes((outputs,)).tolist() == [1, 0, NO_CLASS, NO_CLASS]


def test_an_item_without_a_class_is_wrong_and_agrees_with_nothing() -> None:
    outputs = sure(0, 1, 2, 1)
    outputs[0][0] = np.nan
    assert plugin.score(outputs, TARGETS).tolist() == [False, True, True, True]
    assert plugin.agreement(outputs, outputs).tolist() == [False, True, True, True]


@pytest.mark.parametrize("outputs", [np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))])
def test_outputs_that_are_no_table_are_refused(outputs: np.ndarray) -> None:
    with pytest.raises(ValueError, match="items, classes"):
        predicted_classes((outputs,))


def test_every_item_has_a_target() -> None:
    with pytest.raises(ValueError, match="4 items"):
        plugin.score(sure(0, 1, 2, 0), TARGETS[:2])


def test_chance_is_the_most_frequent_class() -> None:
    assert plugin.value(plugin.chance_scores(TARGETS)) == 0.5


def test_intervals_differences_and_p_values_are_those_for_proportions() -> None:
    rng = np.random.default_rng(0)
    own, parent = rng.random(200) < 0.8, rng.random(200) < 0.9
    assert plugin.interval(own) == wilson(int(own.sum()), 200)
    assert plugin.difference(own, parent) == paired_difference(own, parent)
    assert plugin.p_value(own, parent) == mcnemar(own, parent)
    replicates = plugin.replicates((own, parent), 30, np.random.default_rng(1))
    expected = joint_accuracy(np.stack([own, parent], axis=1), 30, np.random.default_rng(1))
    np.testing.assert_array_equal(replicates, expected)
