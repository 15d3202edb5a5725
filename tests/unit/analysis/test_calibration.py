import numpy as np
import pytest
from scipy import special
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from odviz.analysis.calibration import brier_scores, calibration
from odviz.metrics import METRICS
from odviz.objectives.groups import group_items
from odviz.stats.calibration import Sureness, calibration_error, reliability
from tests.harm_data import benchmark_data, point

RNG = np.random.default_rng(7)
TARGETS = RNG.integers(0, 3, 600)
LOGITS = 2 * (2.0 * np.eye(3)[TARGETS] + RNG.standard_normal((600, 3)))  # calibrated
OUTPUTS = {"fp32": LOGITS, "int8-static": 3 * LOGITS}
"""Compression makes the network three times as sure."""


def data(outputs=None, groups=(), metric="top1", targets=TARGETS):
    outputs = outputs or OUTPUTS
    scores = {recipe: METRICS[metric].score((own,), targets) for recipe, own in outputs.items()}
    return benchmark_data(scores, groups, metric, outputs, targets)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_brier_scores_are_those_of_scikit_learn(classes):
    targets = np.arange(200) % classes
    probabilities = RNG.dirichlet(np.ones(classes), 200)
    expected = brier_score_loss(targets, probabilities, scale_by_half="auto")
    assert brier_scores(probabilities, targets).mean() == pytest.approx(expected)


def test_bins_are_those_of_scikit_learn():
    confidence = RNG.random(1500)
    right = RNG.random(1500) < confidence
    shares, means = calibration_curve(right, confidence, n_bins=15, strategy="quantile")
    bins = reliability(Sureness(confidence, right))
    assert [one.accuracy.value for one in bins] == pytest.approx(shares)
    assert [one.confidence for one in bins] == pytest.approx(means)
    assert all(one.accuracy.low < one.accuracy.value < one.accuracy.high for one in bins)


def test_of_many_items_the_error_is_the_plain_one():
    confidence = RNG.uniform(0.5, 1, 200_000)
    right = RNG.random(200_000) < confidence - 0.2
    assert calibration_error(Sureness(confidence, right)).value == pytest.approx(0.2, abs=0.003)


@pytest.mark.parametrize("count", [1, 2, 19, 45])
def test_a_few_items_have_an_error_with_a_wide_interval(count):
    sureness = Sureness(np.linspace(0.5, 0.99, count), np.arange(count) % 2 == 0)
    error = calibration_error(sureness)
    assert 0 <= error.low <= error.value <= error.high <= 1


def test_a_variant_that_is_too_sure_is_said_to_be_so():
    report = calibration(data(), point("int8-static"))
    assert report.shift.low > 0.05 and report.brier_difference.low > 0
    assert report.now.error.low > report.before.error.high
    probabilities = special.softmax(LOGITS, axis=1)
    assert report.before.brier.value == pytest.approx(brier_score_loss(TARGETS, probabilities, scale_by_half=False))
    assert len(report.now.bins) == 12 and report.now.bins[-1].confidence > 0.99


def test_intervals_are_for_new_people_where_items_come_from_some():
    people = group_items("people", np.arange(600) // 150)
    by_item, by_person = (calibration(data(groups=groups), point("int8-static")) for groups in ((), (people,)))
    assert by_person.shift.value == by_item.shift.value and by_person.shift.high != by_item.shift.high
    assert by_person.now.error.high >= by_item.now.error.high


@pytest.mark.parametrize("single", ["logit", "probability"])
def test_a_single_output_has_a_confidence(single):
    targets = TARGETS % 2
    logits = (2.0 * targets - 1 + RNG.standard_normal(600))[:, np.newaxis]
    values = logits if single == "logit" else special.expit(logits)
    report = calibration(data({"fp32": values, "int8-static": values}, (), "binary", targets), point("int8-static"))
    assert report.shift.value == 0 and report.before == report.now
    assert report.before.brier.value == pytest.approx(brier_score_loss(targets, special.expit(logits[:, 0])))


def test_tasks_without_classes_or_outputs_have_no_calibration():
    values = {"fp32": RNG.random((50, 1)), "int8-static": RNG.random((50, 1))}
    assert calibration(data(values, (), "mae", RNG.random((50, 1))), point("int8-static")) is None
    right = {"fp32": np.ones(50, bool), "int8-static": np.ones(50, bool)}
    assert calibration(benchmark_data(right, targets=np.zeros(50, int)), point("int8-static")) is None
    broken = {"fp32": LOGITS, "int8-static": np.where(np.arange(600)[:, np.newaxis] == 3, np.nan, LOGITS)}
    assert calibration(data(broken), point("int8-static")) is None
