import numpy as np
import pytest

from odviz.domain.result import PointResult
from odviz.metrics import METRICS
from odviz.objectives import CALIBRATION_ERROR, OBJECTIVES, objectives_of
from odviz.objectives.base import Draw, HostSamples, Missing, Scores
from odviz.objectives.groups import NO_GROUPS, group_items
from odviz.stats.calibration import Sureness
from tests.fakes import point

TOP1, PLUGIN = METRICS["top1"], OBJECTIVES["calibration_error"]
CLASSES = group_items("classes", ["bag", "shirt"] * 500, by_class=True)
RNG = np.random.default_rng(3)
CONFIDENCE = RNG.uniform(0.5, 1, 1000)
RIGHT = RNG.random(1000) < CONFIDENCE


def samples(too_sure=0.0, sureness=True):
    known = Sureness(np.minimum(CONFIDENCE + too_sure, 1), RIGHT) if sureness else None
    return HostSamples(PointResult(point()), Scores(TOP1, RIGHT, CLASSES, known))


def test_the_estimate_grows_with_what_the_confidence_is_too_high():
    calibrated, too_sure = PLUGIN.host(samples()), PLUGIN.host(samples(0.1))
    assert calibrated.low < 0.005 and calibrated.value < 0.03
    assert too_sure.low > calibrated.high and too_sure.value == pytest.approx(0.1, abs=0.03)


def test_replicates_spread_as_the_intervals_and_differences_cancel_what_is_shared():
    points = [samples(0.1), samples(0.1), samples(0.12)]
    estimates = [{CALIBRATION_ERROR: PLUGIN.host(one)} for one in points]
    draw = Draw(CALIBRATION_ERROR, points, estimates, 4000, np.random.default_rng(0))
    one, same, other = PLUGIN.replicates(draw).T
    estimate = estimates[0][CALIBRATION_ERROR]
    assert (one == same).all() and (one >= 0).all()
    assert 1.96 * one.std() == pytest.approx((estimate.high - estimate.low) / 2, rel=0.1)
    assert (other - one).std() < 0.5 * one.std()


def test_tasks_without_classes_and_items_that_are_not_known_do_not_have_it():
    assert CALIBRATION_ERROR in objectives_of(TOP1, CLASSES)
    assert CALIBRATION_ERROR not in objectives_of(TOP1, NO_GROUPS)
    assert CALIBRATION_ERROR not in objectives_of(METRICS["mae"], CLASSES)


def test_without_probabilities_it_is_missing_and_says_so():
    assert isinstance(PLUGIN.host(samples(sureness=False)), Missing) and PLUGIN.host(samples(sureness=False)).reason
    assert PLUGIN.host(HostSamples(PointResult(point()))) == Missing()
