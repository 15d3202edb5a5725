"""Foreign items have the shape and range of a task's own, are reproducible, and are none of them."""

import numpy as np
import pytest

from odviz.domain.foreign import ForeignItems
from odviz.metrics import METRICS
from odviz.stress import STRESS_TESTS
from odviz.stress._borrowed import DIGITS, as_pictures, as_signals, borrowed_items, shipped_source, why_not
from odviz.stress._chosen import chosen_items
from odviz.stress._foreign import beyond, foreign_items, letters, mixed_rows, mixed_tokens
from odviz.stress._foreign_sets import described, foreign_sets, kinds_for
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
    assert not TEST.unsupported(task, METRICS[task.metric])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("product-images", (ForeignItems.OTHER_TASK, ForeignItems.MADE)),
        ("exercise", (ForeignItems.MADE, ForeignItems.NEW_SOURCES)),
        ("review-sentiment", (ForeignItems.MADE,)),
        ("credit-risk", (ForeignItems.MADE, ForeignItems.BEYOND)),
    ],
)
def test_what_is_real_goes_before_what_is_made(name, kinds):
    task = TASKS[name]
    data = StressData(task, task.test(), METRICS[task.metric], 0)
    sets = tuple(foreign_sets(data, chosen_items(data.examples, 200, 0)[::8], ""))
    assert tuple(one.kind for one in sets) == kinds_for(task, "") == kinds
    assert all(one.inputs.dtype == task.dtype and one.inputs.shape[1:] == task.shape for one in sets)
    assert len({described(task, kind, "") for kind in kinds}) == len(kinds)
    assert all((one.groups is not None) == (one.kind is ForeignItems.NEW_SOURCES) for one in sets)


def test_items_of_new_people_stand_beside_those_that_were_learned():
    task = TASKS["exercise"]
    data = StressData(task, task.test(), METRICS[task.metric], 0)
    *_, learned = foreign_sets(data, np.arange(len(data.examples)), "")
    known = {item.tobytes() for item in task.calibration().inputs}
    assert all(item.tobytes() in known for item in learned.inputs)
    assert set(learned.groups.tolist()) == set(range(6))  # six people, none of whom is in the test set


def test_digits_are_foreign_to_clothes_and_clothes_to_other_pictures():
    task = TASKS["product-images"]
    data = StressData(task, task.test(), METRICS[task.metric], 0)
    digits = borrowed_items(data, np.arange(50), DIGITS)
    assert digits.shape == (50, 28, 28, 1) and 0.1 < digits.mean() < 0.5 and shipped_source(task) == DIGITS
    assert shipped_source(TASKS["credit-risk"]) == "" and "own" in why_not(task, task.name)
    assert why_not(task, "exercise") and why_not(TASKS["credit-risk"], "review-sentiment")


def test_pictures_and_signals_are_brought_into_another_shape():
    grey = np.linspace(0, 1, 64, dtype=np.float32).reshape(1, 8, 8, 1)
    colour = as_pictures(grey, (16, 12, 3))
    assert colour.shape == (1, 16, 12, 3) and (colour[..., 0] == colour[..., 2]).all()
    assert colour.mean() == pytest.approx(0.5, abs=0.01)
    line = np.stack([np.arange(5.0), 2 * np.arange(5.0)], axis=1)[np.newaxis]
    longer = as_signals(line, (9, 3))
    assert longer[0, :, 0] == pytest.approx(np.arange(9) / 2) and longer[0, :, 1] == pytest.approx(np.arange(9.0))
    assert np.array_equal(longer[..., 2], longer[..., 0])


def test_quantities_beyond_all_others_are_far_away_and_codes_stay():
    rng = np.random.default_rng(0)
    rows = np.stack([rng.normal(100, 5, 60), rng.integers(0, 3, 60)], axis=1)
    far = beyond(rows, rng)
    assert (far[:, 0] > rows[:, 0].max()).all() and np.array_equal(far[:, 1], rows[:, 1])


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
