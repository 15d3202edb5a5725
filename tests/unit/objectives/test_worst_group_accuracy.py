import numpy as np
import pytest

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.result import Accuracy, PointResult
from odviz.metrics import METRICS
from odviz.objectives import ACCURACY, OBJECTIVES, WORST_GROUP_ACCURACY
from odviz.objectives.base import Draw, HostSamples, Missing, Scores
from odviz.objectives.groups import NO_GROUPS, group_items
from odviz.stats import share
from tests.fakes import point

TOP1, PLUGIN = METRICS["top1"], OBJECTIVES["worst_group_accuracy"]
GROUPS = group_items("people", ["ann"] * 40 + ["bob"] * 60 + ["cem"] * 100)


def samples(*right, groups=GROUPS, counts=(40, 60, 100)):
    """Of a point that predicts so many items of each group right."""
    values = np.concatenate([np.arange(count) < own for own, count in zip(right, counts, strict=True)])
    accuracy = Accuracy(share(values))
    return HostSamples(PointResult(point(), accuracy=accuracy), Scores(TOP1, values, groups))


def test_the_estimate_is_that_of_the_worst_group():
    estimate = PLUGIN.host(samples(38, 30, 95))
    assert estimate.value == 0.5 and estimate.n == 60 and estimate.provenance is Provenance.MEASURED
    assert "bob" in estimate.scope and "n = 60" in estimate.scope and "3 people" in estimate.scope


def test_its_interval_reaches_higher_than_that_of_the_worst_group_alone():
    estimate, alone = PLUGIN.host(samples(38, 30, 95)), share(np.arange(60) < 30)
    assert estimate.low == alone.low and alone.high < estimate.high < share(np.arange(100) < 95).low


def test_a_small_group_that_may_be_worse_widens_the_interval_downwards():
    estimate = PLUGIN.host(samples(21, 31, 95))
    assert estimate.value == pytest.approx(31 / 60)
    assert estimate.low == share(np.arange(40) < 21).low < share(np.arange(60) < 31).low


@pytest.mark.parametrize("rates", [(0.9, 0.9, 0.9), (0.6, 0.9, 0.95)])
def test_the_interval_covers_as_often_as_it_says(rates):
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(1000):
        right = [rng.binomial(count, rate) for count, rate in zip((40, 60, 100), rates, strict=True)]
        estimate = PLUGIN.host(samples(*right))
        covered += estimate.low <= min(rates) <= estimate.high
    assert covered >= 930


def test_replicates_are_drawn_within_groups_and_the_same_for_all_points():
    points = [samples(38, 30, 95), samples(38, 30, 95), samples(40, 60, 100)]
    estimates = [{WORST_GROUP_ACCURACY: PLUGIN.host(each)} for each in points]
    draw = Draw(WORST_GROUP_ACCURACY, points, estimates, 2000, np.random.default_rng(0))
    one, same, perfect = PLUGIN.replicates(draw).T
    assert (one == same).all() and (perfect == 1).all()
    assert one.mean() == pytest.approx(0.5, abs=0.01) and one.std() == pytest.approx(np.sqrt(0.25 / 60), rel=0.1)


def test_on_a_device_it_is_that_of_the_host():
    assert PLUGIN.device is None


def test_a_task_without_groups_does_not_have_it():
    assert PLUGIN.for_task(TOP1, NO_GROUPS) is None
    assert isinstance(PLUGIN.host(samples(38, 30, 95, groups=NO_GROUPS)), Missing)
    assert isinstance(PLUGIN.host(HostSamples(PointResult(point()))), Missing)


@pytest.mark.parametrize(("name", "compares_classes"), [("auroc", True), ("macro-f1", True), ("binary", False)])
def test_classes_are_no_groups_for_a_metric_that_compares_them(name, compares_classes):
    classes, metric = group_items("classes", ["no", "yes"] * 10, by_class=True), METRICS[name]
    assert (PLUGIN.for_task(metric, classes) is None) == compares_classes
    assert PLUGIN.for_task(metric, GROUPS).title == f"Worst-group {metric.noun}"


class Error(type(TOP1)):
    """Like a metric of errors: lower is better."""

    title, unit, higher_is_better, counts_right = "Error", "K", False, False

    def interval(self, scores, *, level=0.95, scope=""):
        rate = share(scores, level=level)
        return Estimate(rate.value, rate.low, rate.high, self.unit, rate.provenance, rate.n, level)


def test_of_a_metric_that_is_better_lower_the_worst_group_is_the_highest():
    values = samples(30, 30, 95)
    errors = HostSamples(values.result, Scores(Error(), values.scores.values, GROUPS))
    estimate = PLUGIN.host(errors)
    assert (estimate.value, estimate.unit) == (0.95, "K") and "cem" in estimate.scope
    assert PLUGIN.for_task(Error(), GROUPS).sign == 1


def test_the_first_objective_is_the_metric_of_the_task():
    adapted = OBJECTIVES["accuracy"].for_task(Error(), GROUPS)
    assert adapted == ACCURACY and (adapted.title, adapted.unit, adapted.higher_is_better) == ("Error", "K", False)
    assert (adapted.limit.unit, adapted.limit.scale) == ("K", 1.0) and adapted.limit.key == ACCURACY.limit.key
    assert OBJECTIVES["accuracy"].for_task(TOP1, GROUPS).limit == ACCURACY.limit


def test_a_limit_on_a_share_of_other_things_is_named_after_it():
    limit = OBJECTIVES["accuracy"].for_task(METRICS["balanced-accuracy"], GROUPS).limit
    assert (limit.label, limit.unit, limit.most) == ("Least balanced accuracy", "%", 100)
