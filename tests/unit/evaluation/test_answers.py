from __future__ import annotations

import numpy as np
import pytest

from odviz.evaluation import answers, correct

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


@pytest.mark.parametrize("outputs", [np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))])
def test_outputs_that_are_no_table_are_refused(outputs):
    with pytest.raises(ValueError, match="items, classes"):
        answers(outputs)


def test_as_many_labels_as_items_are_needed():
    with pytest.raises(ValueError, match="4 items, labels for 2"):
        correct(sure(0, 1, 2, 0), LABELS[:2])
