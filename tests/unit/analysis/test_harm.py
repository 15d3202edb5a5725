import numpy as np
import pytest

from odviz.analysis.harm import harm
from odviz.domain.errors import InputError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.harm import Effect, Moved
from odviz.metrics import METRICS
from odviz.objectives.groups import group_items
from tests.harm_data import benchmark_data, flipped

NAMES = ("bag", "coat", "shirt")


def planted(metric="top1"):
    """500 items of each of three classes; int8 loses 40 shirts and gains 5."""
    right = np.ones(1500, bool)
    right[:200] = right[1490:] = False
    own = right.copy()
    own[1000:1040], own[1490:1495] = False, True
    classes = group_items("classes", np.repeat(NAMES, 500), by_class=True)
    return benchmark_data({"fp32": right, "int8-static": own}, [classes], metric), classes


def test_the_class_that_loses_is_named_with_its_items():
    (variant,) = harm(*planted()).variants
    shirt, *others = variant.groups
    assert (shirt.name, shirt.items, shirt.effect, shirt.moved) == ("shirt", 500, Effect.HURT, Moved(40, 5))
    assert (shirt.parent.value, shirt.own.value) == (490 / 500, 455 / 500)
    assert shirt.difference.value == pytest.approx(-0.07) and shirt.difference.high < 0
    assert {(group.name, group.effect, group.difference.value) for group in others} == {
        ("bag", Effect.OPEN, 0.0), ("coat", Effect.OPEN, 0.0)
    }  # fmt: skip
    assert variant.difference.value == pytest.approx(-35 / 1500) and variant.difference.level == 0.95


def test_intervals_hold_for_all_groups_of_all_variants_at_once():
    rng, right = np.random.default_rng(0), np.ones(300, bool)
    recipes = {recipe: flipped(right, rng, 0.02, 0) for recipe in ("int8-static", "int8-dynamic")}
    groups = group_items("classes", np.repeat(["a", "b", "c"], [150, 145, 5]), by_class=True)
    report = harm(benchmark_data({"fp32": right, **recipes}, [groups]), groups)
    assert report.comparisons == 4  # two groups have enough items
    levels = {group.difference.level for variant in report.variants for group in variant.groups}
    assert levels == {1 - 0.05 / 4}
    assert [group.name for group in report.variants[0].of(Effect.TOO_FEW)] == ["c"]
    assert len(report.variants[0].compared) == 2


def test_ruined_and_unfinished_variants_are_left_out():
    right = np.ones(40, bool)
    groups = group_items("classes", ["a", "b"] * 20, by_class=True)
    scores = {"fp32": right, "int8-static": ~right, "int8-dynamic": right}
    ruined = {"int8-static": Failure(FailureKind.WRONG_PREDICTIONS, "Wrong.")}
    report = harm(benchmark_data(scores, [groups], failures=ruined), groups)
    assert [str(variant.point.variant.recipe) for variant in report.variants] == ["int8-dynamic"]
    assert not harm(benchmark_data({"int8-static": right}, [groups]), groups).variants  # its network was not predicted


def outputs_of(classes, rng):
    return np.eye(3, dtype=np.float32)[classes] * 2 + rng.random((len(classes), 3), np.float32)


@pytest.mark.parametrize("metric", ["macro-f1", "balanced-accuracy"])
def test_metrics_that_compare_classes_give_way_to_the_recall_of_each(metric):
    rng, targets = np.random.default_rng(1), np.repeat([0, 1, 2], 100)
    own = np.where(np.arange(300) < 20, 1, targets)
    outputs = {"fp32": outputs_of(targets, rng), "int8-static": outputs_of(own, rng)}
    scores = {recipe: METRICS[metric].score((values,), targets) for recipe, values in outputs.items()}
    classes = group_items("classes", np.array(NAMES)[targets], by_class=True)
    report = harm(benchmark_data(scores, [classes], metric, outputs, targets), classes)
    assert report.stands_in and report.metric == "top1"
    (bag, *_), whole = report.variants[0].groups, report.variants[0].difference
    assert (bag.name, bag.effect, bag.moved) == ("bag", Effect.HURT, Moved(20, 0))
    values = [METRICS[metric].value(scores[recipe]) for recipe in ("int8-static", "fp32")]
    assert whole.value == pytest.approx(values[0] - values[1])


def test_a_metric_that_compares_classes_says_so_where_no_outputs_were_kept():
    targets = np.repeat([0, 1], 50)
    scores = np.stack([np.linspace(0, 1, 100), targets], axis=1)
    classes = group_items("classes", np.array(NAMES)[targets], by_class=True)
    with pytest.raises(InputError, match="AUROC compares classes"):
        harm(benchmark_data({"fp32": scores, "int8-static": scores}, [classes], "auroc"), classes)


@pytest.mark.parametrize("metric", ["mae", "r2", "auroc"])
def test_other_metrics_are_compared_by_their_own_value(metric):
    rng, plugin = np.random.default_rng(2), METRICS[metric]
    targets = rng.integers(0, 2, 400) if metric == "auroc" else rng.random((400, 1))
    outputs = {"fp32": targets.reshape(400, 1) + 0.02 * rng.standard_normal((400, 1))}
    worse = outputs["fp32"].copy()
    worse[200:] += rng.standard_normal((200, 1))
    outputs["int8-static"] = worse
    scores = {recipe: plugin.score((values,), targets) for recipe, values in outputs.items()}
    people = group_items("ages", np.repeat(["old", "young"], 200))
    report = harm(benchmark_data(scores, [people], metric, outputs, targets), people)
    first, second = report.variants[0].groups
    assert not report.stands_in and report.metric == metric
    assert (first.name, first.effect, first.moved) == ("young", Effect.HURT, None)
    assert (second.name, second.effect) == ("old", Effect.OPEN)
    assert first.difference.unit == plugin.unit
    assert first.own.value == pytest.approx(plugin.value(scores["int8-static"][200:]))


def test_few_sources_are_said_and_many_widen_the_intervals():
    rng, right = np.random.default_rng(3), np.ones(1200, bool)
    classes = group_items("classes", ["a", "b"] * 600, by_class=True)

    def report(people, own):
        sources = group_items("people", np.arange(1200) // (1200 // people))
        data = benchmark_data({"fp32": right, "int8-static": own}, [sources, classes])
        return harm(data, classes), harm(data, sources)

    lumpy = np.ones(1200, bool)
    lumpy[:60] = rng.random(60) < 0.3  # all losses are those of one of twenty people
    few, by_person = report(4, lumpy)
    assert few.sources == "4 people" and not by_person.sources
    assert [group.effect for group in by_person.variants[0].groups][:2] == [Effect.HURT, Effect.OPEN]
    assert {group.effect for group in few.variants[0].groups} == {Effect.HURT}  # of these people
    many, _ = report(20, lumpy)
    assert not many.sources and {group.effect for group in many.variants[0].groups} == {Effect.OPEN}  # of new ones
