"""False alarms of the check of calibration items, and which bad ones it finds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from odviz.compression.calibration_check import ALARM, check_calibration
from odviz.tasks import TASKS

RERUNS = 120
"""Standard error 0.02 at a rate of 0.05."""

Draw = Callable[[np.random.Generator, int], np.ndarray]

KINDS: dict[str, Draw] = {
    "normal": lambda rng, count: rng.standard_normal((count, 16)),
    "heavy tails": lambda rng, count: rng.standard_t(3, (count, 16)) * np.exp(0.5 * rng.standard_normal((count, 1))),
    "pictures": lambda rng, count: np.clip(rng.random((count, 6, 6, 1)) * rng.random((count, 1, 1, 1)) * 2, 0, 1),
    "words": lambda rng, count: rng.zipf(1.3, (count, 12)).clip(max=500) * (rng.random((count, 12)) < 0.7),
}


@pytest.mark.parametrize("kind", KINDS)
def test_items_like_the_others_are_seldom_suspected(kind: str) -> None:
    rng = np.random.default_rng(1)
    alarms = [
        bool(len(check_calibration(KINDS[kind](rng, 100), KINDS[kind](rng, 300)).suspects)) for _ in range(RERUNS)
    ]
    assert np.mean(alarms) <= ALARM + 0.03


def test_people_that_differ_are_no_alarm() -> None:
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(RERUNS):
        people = np.repeat(np.arange(8), 40)
        scales = np.exp(0.3 * rng.standard_normal(16))
        reference = scales[people, np.newaxis] * rng.standard_normal((320, 16))
        calibration = np.repeat(scales[8:], 12)[:, np.newaxis] * rng.standard_normal((96, 16))
        alarms += bool(len(check_calibration(calibration, reference, people.astype(str)).suspects))
    assert alarms / RERUNS <= 0.15  # eight people tell little of the others


@pytest.mark.parametrize("task", ["product-images", "exercise", "review-sentiment"])
def test_the_calibration_sets_of_the_built_in_tasks_are_not_suspected(task: str) -> None:
    items, test = TASKS[task].calibration().inputs, TASKS[task].test()
    assert not len(check_calibration(items[:200], test.inputs, test.groups).suspects)


def test_a_single_item_with_a_wrong_scale_is_found() -> None:
    rng = np.random.default_rng(3)
    calibration, reference = KINDS["pictures"](rng, 100), KINDS["pictures"](rng, 300)
    calibration[17] *= 255
    assert check_calibration(calibration, reference).suspects.tolist() == [17]


def test_items_of_another_kind_are_found() -> None:
    rng = np.random.default_rng(4)
    calibration, reference = KINDS["normal"](rng, 100), KINDS["normal"](rng, 2000)
    calibration[:20] = rng.integers(0, 2, (20, 1))
    suspects = check_calibration(calibration, reference).suspects
    assert set(range(20)) <= set(suspects.tolist()) and len(suspects) <= 23


def test_items_that_are_not_finite_are_found() -> None:
    rng = np.random.default_rng(5)
    calibration, reference = KINDS["normal"](rng, 50), KINDS["normal"](rng, 200)
    calibration[3, 2] = np.nan
    assert 3 in check_calibration(calibration, reference).suspects
