from dataclasses import replace

import pytest

from odviz.domain.errors import LimitError
from odviz.domain.objective import NO_LIMITS, Limits
from odviz.objectives import ACCURACY, ENERGY, LATENCY, SIZE


def test_objectives_of_one_name_are_equal():
    renamed = replace(LATENCY, title="Time", higher_is_better=True)
    assert renamed == LATENCY and hash(renamed) == hash(LATENCY) and renamed != replace(LATENCY, name="time")


@pytest.mark.parametrize(
    ("title", "noun"),
    [
        ("File size", "file size"),
        ("RMSE", "RMSE"),
        ("R²", "R²"),
        ("mAP50", "mAP50"),
        ("Worst-group RMSE", "worst-group RMSE"),
    ],
)
def test_a_title_within_a_sentence_keeps_its_abbreviations(title, noun):
    assert replace(LATENCY, title=title).noun == noun


def test_limits_are_read_by_objective_and_by_name_in_the_order_of_the_objectives():
    limits = Limits({SIZE: 1e6, ACCURACY: 0.9, LATENCY: 1e-2})
    assert list(limits) == [ACCURACY, LATENCY, SIZE] and len(limits) == 3
    assert limits[LATENCY] == limits["latency"] == 1e-2
    assert limits.get(ENERGY) is None and ENERGY not in limits and "size" in limits


def test_limits_are_values():
    limits = Limits({LATENCY: 1e-2})
    assert limits == Limits({LATENCY: 1e-2}) and hash(limits) == hash(Limits({LATENCY: 1e-2}))
    assert limits != Limits({LATENCY: 2e-2}) and not NO_LIMITS and limits
    with pytest.raises(TypeError):
        limits[SIZE] = 1


@pytest.mark.parametrize(
    ("objective", "value"),
    [(LATENCY, 0), (LATENCY, -1), (LATENCY, float("nan")), (LATENCY, float("inf")), (ACCURACY, 1.01), (ACCURACY, 0)],
)
def test_limits_that_nothing_could_satisfy_are_refused(objective, value):
    with pytest.raises(LimitError) as refusal:
        Limits({objective: value})
    assert refusal.value.objective == objective.name and refusal.value.exit_code == 2


def test_limits_are_checked_again_against_the_metric_of_a_task():
    celsius = replace(ACCURACY, unit="K", higher_is_better=False)
    (limited,) = Limits({ACCURACY: 0.9}).under({"accuracy": celsius})
    assert limited.unit == "K" and not limited.higher_is_better
    with pytest.raises(LimitError):
        Limits({celsius: 3.0}).under({"accuracy": ACCURACY})
