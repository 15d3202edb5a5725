"""What outputs predict: several a class, or a single one that is a probability or a logit."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics import METRICS
from odviz.metrics._classes import NO_CLASS, decided_classes, threshold


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_a_probability_counts_from_a_half_on_and_a_logit_from_zero(shape: tuple[int, ...]) -> None:
    probabilities, logits = (np.reshape(values, shape) for values in ([0, 0.49, 0.5, 1.0], [-2, -0.1, 0, 0.3]))
    for outputs in (probabilities, logits):
        (classes,) = decided_classes((outputs,))
        assert classes.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("values", "least"),
    [
        ([0.2, 0.9], 0.5),
        ([0, 1 + 2**-10], 0.5),  # a 16-bit float's rounding
        ([0.2, 1.1], 0.0),
        ([-0.1, 0.9], 0.0),
        ([0.2, np.inf], 0.5),
        ([np.nan, -3], 0.0),
    ],
)
def test_one_value_outside_0_to_1_makes_all_logits(values: list[float], least: float) -> None:
    assert threshold(np.array(values)) == least


def test_models_that_are_compared_have_one_threshold() -> None:
    near, far = np.array([0.2, 0.6]), np.array([-3.0, 4.0])
    assert [classes.tolist() for classes in decided_classes((near,), (far,))] == [[1, 1], [0, 1]]


def test_an_output_that_is_no_number_is_no_class() -> None:
    (classes,) = decided_classes((np.array([[np.nan], [np.inf], [0.7]]),))
    assert classes.tolist() == [NO_CLASS, NO_CLASS, 1]


@pytest.mark.parametrize("name", ["binary", "auroc"])
@pytest.mark.parametrize("shape", [(3, 2), (3, 1, 1), (0,), (0, 1)])
def test_a_binary_metric_refuses_several_outputs(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one number"):
        METRICS[name].score((np.zeros(shape),), np.zeros(shape[0], int))


@pytest.mark.parametrize("name", ["binary", "auroc", "balanced-accuracy", "macro-f1"])
def test_a_single_output_predicts_0_or_1_only(name: str) -> None:
    with pytest.raises(ValueError, match="not 2"):
        METRICS[name].score((np.array([0.1, 0.9, 0.3]),), np.array([0, 1, 2]))


@pytest.mark.parametrize("name", ["balanced-accuracy", "macro-f1", "agreement"])
def test_other_metrics_of_classes_take_a_single_output_too(name: str) -> None:
    single, targets = np.array([[-2.0], [3], [1], [-1]]), np.array([0, 1, 0, 0])
    metric = METRICS[name]
    several = np.concatenate([-single, single], axis=1)
    compared = (single - 0.5, several - [0.5, 0]) if name == "agreement" else (targets, targets)
    value = metric.value(metric.score((single,), compared[0]))
    assert value == metric.value(metric.score((several,), compared[1]))


def test_six_classes_are_the_fewest_for_top5() -> None:
    top5 = METRICS["top5"]
    with pytest.raises(ValueError, match="5 classes"):
        top5.score((np.zeros((3, 5)),), np.zeros(3, int))
    outputs = np.array([[1.0, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [9, 1, 1, 1, 1, 2]])
    assert top5.score((outputs,), np.array([0, 5, 3])).tolist() == [False, False, True]  # of equals the first
    assert top5.score((outputs.astype(np.uint8),), np.array([1, 4, 6])).tolist() == [True, True, False]


def test_top5_chance_is_the_five_most_frequent_classes() -> None:
    targets = np.repeat(np.arange(7), [1, 2, 3, 4, 5, 6, 7])
    assert METRICS["top5"].value(METRICS["top5"].chance_scores(targets)) == pytest.approx(25 / 28)


def test_classes_without_items_are_left_out_as_scikit_learn_does() -> None:
    """Values of balanced_accuracy_score and f1_score (average="macro") of scikit-learn 1.5."""
    balanced, macro = METRICS["balanced-accuracy"], METRICS["macro-f1"]
    scores = np.array([[0, 0], [1, 1], [2, 1], [0, 0]])  # predicted, target: class 2 is predicted only
    ones = np.ones((1, 4))
    assert balanced.aggregate(scores, ones) == pytest.approx([0.75])
    assert macro.aggregate(scores, ones) == pytest.approx([(1 + 2 / 3 + 0) / 3])
    without = np.array([[1, 1, 0, 1]])
    assert balanced.aggregate(scores, without) == macro.aggregate(scores, without) == [1]
    alone = np.array([[0, 0, 1, 0]])
    assert balanced.aggregate(scores, alone) == macro.aggregate(scores, alone) == [0]


def test_an_item_without_a_prediction_is_missed_by_its_class_alone() -> None:
    scores = np.array([[0, 0], [NO_CLASS, 1], [1, 1]])
    assert METRICS["macro-f1"].value(scores) == pytest.approx((1 + 2 / 3) / 2)
    assert METRICS["macro-f1"].value(scores[1:2]) == 0


def test_equal_outputs_are_half_in_order_and_without_pairs_auroc_is_a_half() -> None:
    auroc = METRICS["auroc"]
    targets = np.array([1, 1, 0, 0])
    scores = auroc.score((np.array([0.9, 0.5, 0.5, 0.1]),), targets)
    assert auroc.value(scores) == pytest.approx(3.5 / 4)
    assert auroc.aggregate(scores, np.array([[1, 1, 0, 0], [0, 3, 2, 0]])).tolist() == [0.5, 0.5]
    alone = auroc.interval(scores[:2])
    assert (alone.low, alone.value, alone.high) == (0, 0.5, 1)


def test_a_perfect_auroc_or_balanced_accuracy_is_not_known_for_certain() -> None:
    targets = np.array([0, 1] * 10)
    for name in ("auroc", "balanced-accuracy"):
        metric = METRICS[name]
        estimate = metric.interval(metric.score((targets.astype(float),), targets))
        assert estimate.value == estimate.high == 1 and 0.7 < estimate.low < 0.9


def test_agreement_needs_outputs_of_the_same_shape() -> None:
    for name in ("agreement", "closeness"):
        with pytest.raises(ValueError, match="parent"):
            METRICS[name].score((np.zeros((3, 4)),), np.zeros((3, 5)))


def test_axes_of_length_1_of_a_pooled_picture_do_not_matter() -> None:
    outputs = np.random.default_rng(0).normal(size=(9, 7))
    targets = np.arange(9) % 7
    for name in ("top1", "top5", "macro-f1"):
        metric = METRICS[name]
        pooled = metric.score((outputs[:, :, np.newaxis, np.newaxis],), targets)
        np.testing.assert_array_equal(pooled, metric.score((outputs,), targets))
