import numpy as np
import pytest
from scipy import special

from odviz.analysis.flips import flips
from odviz.domain.flips import Flip, FlipKind
from odviz.metrics import METRICS
from tests.harm_data import benchmark_data, point

CLASSES = ("coat", "shirt", "bag")
TARGETS = np.array([0, 0, 1, 1, 2, 2])
BEFORE = np.array([0, 1, 1, 0, 2, 1])
NOW = np.array([1, 0, 1, 1, 0, 0])
LOGITS = {"fp32": 3.0 * np.eye(3)[BEFORE], "int8-static": np.arange(1, 7)[:, np.newaxis] * np.eye(3)[NOW]}


def of(metric, outputs=LOGITS, targets=TARGETS, classes=CLASSES):
    scores = {recipe: METRICS[metric].score((own,), targets) for recipe, own in outputs.items()}
    return flips(benchmark_data(scores, (), metric, outputs, targets), point("int8-static"), classes)


@pytest.mark.parametrize("metric", ["top1", "balanced-accuracy", "macro-f1"])
def test_items_that_became_wrong_and_right_with_the_surest_first(metric):
    lost, gained = of(metric)
    assert (lost.kind, gained.kind) == (FlipKind.LOST, FlipKind.GAINED)
    assert [flip.item for flip in lost.items] == [4, 0] and [flip.item for flip in gained.items] == [3, 1]
    sure = special.softmax([5.0, 0, 0])[0]
    assert lost.items[0] == Flip(4, "bag", "bag", "coat", pytest.approx(sure))


def test_without_outputs_items_have_no_predictions():
    right = {"fp32": BEFORE == TARGETS, "int8-static": NOW == TARGETS}
    lost, _ = flips(benchmark_data(right, targets=TARGETS), point("int8-static"), CLASSES)
    assert lost.items == (Flip(0, "coat", "", ""), Flip(4, "bag", "", ""))


def test_metrics_that_call_nothing_right_show_where_the_two_do_not_agree():
    targets = np.linspace(0, 1, 20)[:, np.newaxis]
    own = targets.copy()
    own[3] += 0.8
    outputs = {"fp32": targets, "int8-static": own}
    (other,) = of("mae", outputs, targets, ())
    assert other == type(other)(FlipKind.OTHER, (Flip(3, "0.158", "0.158", "0.958"),))


def test_items_without_labels_show_where_the_classes_differ():
    (other,) = of("agreement", targets=LOGITS["fp32"])
    assert other.kind is FlipKind.OTHER and {flip.item for flip in other.items} == {0, 1, 3, 4, 5}
    assert other.items[0] == Flip(5, "", "shirt", "coat", pytest.approx(special.softmax([6.0, 0, 0])[0]))
