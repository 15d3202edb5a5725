from __future__ import annotations

import numpy as np
import pytest

from odviz.evaluation import answers, by_class, by_group, correct, judge

LABELS = np.array([0, 1, 2, 1])


def sure(*classes: int, count: int = 3) -> np.ndarray:
    """Outputs that answer exactly this."""
    return np.eye(count, dtype=np.float32)[list(classes)]


def test_the_largest_output_is_the_answer_and_nan_is_none():
    outputs = np.array([[1, 3, 2], [5, 5, 1], [np.nan, 1, 2], [0, 1, np.inf]])
    assert answers(outputs).tolist() == [1, 0, -1, -1]


def test_no_answer_is_never_right():
    outputs = sure(0, 1, 2, 1)
    outputs[0] = np.nan
    assert correct(outputs, LABELS).tolist() == [False, True, True, True]


def test_a_parent_is_judged_alone():
    found = judge(sure(0, 1, 2, 0), LABELS)
    assert found.value.value == 0.75
    assert (found.difference, found.agreement, found.p_value) == (None, None, None)


def test_a_variant_is_judged_against_its_parent_on_the_same_items():
    found = judge(sure(0, 1, 0, 0), LABELS, sure(0, 1, 2, 0))
    assert (found.value.value, found.difference.value, found.agreement.value) == (0.5, -0.25, 0.75)
    assert found.p_value == 1.0


def test_a_parents_missing_answer_agrees_with_nothing():
    silent = np.full((4, 3), np.nan)
    assert judge(silent, LABELS, silent).agreement.value == 0


@pytest.mark.parametrize("outputs", [np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))])
def test_outputs_that_are_no_table_are_refused(outputs):
    with pytest.raises(ValueError, match="items, classes"):
        answers(outputs)


def test_as_many_labels_as_items_are_needed():
    with pytest.raises(ValueError, match="4 items, labels for 2"):
        judge(sure(0, 1, 2, 0), LABELS[:2])


def test_by_group_pairs_within_the_group():
    groups = np.array(["b", "a", "a", "b"])
    found = by_group(sure(0, 1, 0, 0), LABELS, groups, sure(0, 1, 2, 0))
    assert list(found) == ["a", "b"]
    assert (found["a"].value.value, found["a"].difference.value) == (0.5, -0.5)
    assert (found["b"].value.value, found["b"].difference.value, found["b"].value.n) == (0.5, 0.0, 2)


def test_by_group_needs_one_group_per_item():
    with pytest.raises(ValueError, match="groups for 1"):
        by_group(sure(0, 1, 2, 0), LABELS, np.array(["a"]))


def test_by_class_leaves_out_a_class_without_items():
    found = by_class(sure(0, 1, 2, 0), LABELS, ["shirt", "shoe", "bag", "coat"])
    assert {name: each.value.value for name, each in found.items()} == {"shirt": 1.0, "shoe": 0.5, "bag": 1.0}
    assert found["shoe"].difference is None
