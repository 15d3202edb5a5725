from dataclasses import replace

import numpy as np
import pytest

from odviz.data_quality import CHECKS
from odviz.data_quality.leakage import changes
from odviz.domain.data_quality import FindingKind, Severity
from odviz.domain.modality import Modality
from odviz.metrics import METRICS
from tests.toys.datasets import answers, dataset, with_inputs


def with_targets(data, targets):
    return replace(data, test=replace(data.test, targets=np.asarray(targets)))


def by_kind(report, kind):
    return [finding for finding in report.findings if finding.kind is kind]


def test_the_commonest_class_is_what_a_variant_must_beat():
    data = with_targets(dataset(Modality.TABULAR), np.repeat([0, 1, 2], [240, 50, 10]))
    report = CHECKS["class-balance"].report(data)
    (chance,) = by_kind(report, FindingKind.CHANCE)
    assert chance.figures[0].estimate.value == pytest.approx(0.8)
    assert chance.severity is Severity.ACT
    assert [figure.estimate.value for figure in chance.figures[1:]] == pytest.approx([0.8, 50 / 300, 10 / 300])
    (rare,) = by_kind(report, FindingKind.RARE_CLASS)
    assert rare.count == 1 and {case.caption for case in rare.cases} == {"cow"}


def test_balanced_accuracy_is_not_misled_by_uneven_classes():
    data = with_targets(dataset(Modality.TABULAR), np.repeat([0, 1, 2], [240, 50, 10]))
    report = CHECKS["class-balance"].report(replace(data, metric=METRICS["balanced-accuracy"]))
    (chance,) = by_kind(report, FindingKind.CHANCE)
    assert chance.figures[0].estimate.value == pytest.approx(1 / 3)
    assert chance.severity is Severity.LOOK


def test_classes_that_are_missing_are_named_by_part():
    data = with_targets(dataset(Modality.TABULAR), np.arange(300) % 2)
    calibration = replace(data.calibration, targets=1 + np.arange(90) % 2)
    report = CHECKS["class-balance"].report(replace(data, calibration=calibration))
    test, calibrates = by_kind(report, FindingKind.MISSING_CLASS)
    assert "cow" in test.message and test.severity is Severity.ACT
    assert "ant" in calibrates.message and calibrates.severity is Severity.LOOK
    unlabelled = replace(data, calibration=replace(data.calibration, targets=np.zeros(90, int)))
    assert len(by_kind(CHECKS["class-balance"].report(unlabelled), FindingKind.MISSING_CLASS)) == 1


def leaky(right_when_leaked):
    """Forty test items are calibration items, too; one variant is right on all of these."""
    data = dataset(Modality.TABULAR)
    calibration = data.calibration.inputs.copy()
    calibration[:40] = data.test.inputs[:40]
    data = with_inputs(data, calibration=calibration)
    parent, variant = answers(data, 0.8, 0.6)
    scores = variant.scores.copy()
    scores[:40] |= right_when_leaked
    return replace(data, answers=(parent, replace(variant, scores=scores)))


def test_the_metric_without_leaked_items_is_that_of_the_others():
    data = leaky(right_when_leaked=True)
    report = CHECKS["leakage"].report(data)
    (leak,) = by_kind(report, FindingKind.LEAK)
    (effect,) = by_kind(report, FindingKind.LEAK_EFFECT)
    assert leak.count == 40 and leak.severity is Severity.ACT
    scores = data.answers[1].scores
    change = effect.figures[1].estimate
    assert change.value == pytest.approx(scores[40:].mean() - scores.mean())
    assert change.high < 0 and effect.severity is Severity.ACT
    assert effect.figures[0].estimate.low < 0 < effect.figures[0].estimate.high


def test_a_leak_that_changes_nothing_says_so():
    data = leaky(right_when_leaked=False)
    evenly = np.arange(300) % 5 > 0  # the leaked items are as hard as the others
    data = replace(data, answers=tuple(replace(answer, scores=evenly) for answer in data.answers))
    (effect,) = by_kind(CHECKS["leakage"].report(data), FindingKind.LEAK_EFFECT)
    assert effect.severity is Severity.FINE and effect.figures[0].estimate.value == 0


@pytest.mark.parametrize("groups", [None, np.arange(300) // 50])
def test_intervals_of_a_change_cover_that_of_new_items(groups):
    """Half of the leaked items are right, three fifths of the others: the change is 0.01 (40 of 300 leak)."""
    rng, covered, truth = np.random.default_rng(1), 0, 0.6 - (40 * 0.5 + 260 * 0.6) / 300
    kept = np.ones(300, bool)
    kept[np.random.default_rng(0).choice(300, 40, replace=False)] = False
    scores = list(rng.random((150, 300)) < np.where(kept, 0.6, 0.5))
    for change in changes(METRICS["top1"], scores, kept, groups):
        covered += change.low <= truth <= change.high
    assert covered / 150 >= 0.88


def test_changes_of_a_metric_of_another_kind():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, 200)
    scores = METRICS["auroc"].score((targets + rng.normal(0, 1, 200),), targets)
    (change,) = changes(METRICS["auroc"], [scores], np.arange(200) >= 20)
    assert change.low < change.value < change.high
    assert change.value == pytest.approx(METRICS["auroc"].value(scores[20:]) - METRICS["auroc"].value(scores))
