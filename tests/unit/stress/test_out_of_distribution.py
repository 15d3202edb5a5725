"""Foreign items have the shape and range of a task's own, are reproducible, and are none of them."""

import numpy as np
import pytest

from odviz.metrics import METRICS
from odviz.stress import STRESS_TESTS
from odviz.stress._chosen import chosen_items
from odviz.stress._foreign import described, foreign_items, letters, mixed_rows, mixed_tokens
from odviz.stress.base import StressData
from odviz.tasks import TASKS

TEST = STRESS_TESTS["out-of-distribution"]


@pytest.mark.parametrize("name", ["exercise", "product-images", "review-sentiment"])
def test_foreign_items_look_like_inputs_and_are_none_of_the_task(name):
    task = TASKS[name]
    data = StressData(task, task.test(), METRICS[task.metric], 0)
    rows = chosen_items(data.examples, 200, 0)[::8]
    foreign, own = foreign_items(data, rows, 0), data.examples.inputs
    assert foreign.shape == (len(rows), *own.shape[1:]) and foreign.dtype == own.dtype
    assert foreign.min() >= own.min() - 1e-6 and np.array_equal(foreign, foreign_items(data, rows, 0))
    assert not np.array_equal(foreign, foreign_items(data, rows, 1))
    known = {item.tobytes() for item in own}
    assert not any(item.tobytes() in known for item in foreign)
    assert described(task) and not TEST.unsupported(task, METRICS[task.metric])


def test_a_metric_without_classes_has_no_foreign_items():
    assert TEST.unsupported(TASKS["exercise"], METRICS["rmse"])


def test_letters_are_drawn_in_colour_and_differ():
    drawn = letters(np.zeros((6, 20, 24, 3), np.float32), np.random.default_rng(0))
    assert drawn.shape == (6, 20, 24, 3) and 0 <= drawn.min() <= drawn.max() <= 1
    assert len({one.tobytes() for one in drawn}) == 6 and (drawn.std(axis=(1, 2)).max(axis=1) > 0.01).all()


def test_mixed_rows_keep_each_column_and_mixed_tokens_each_length():
    rows = np.arange(40.0).reshape(10, 4)
    mixed = mixed_rows(rows, np.random.default_rng(0))
    assert np.array_equal(np.sort(mixed, axis=0), rows) and not np.array_equal(mixed, rows)
    ids = np.array([[5, 6, 7, 0, 0], [8, 9, 0, 0, 0]])
    other = mixed_tokens(ids, np.random.default_rng(1))
    assert np.array_equal(other == 0, ids == 0) and sorted(other[other > 0]) == [5, 6, 7, 8, 9]
