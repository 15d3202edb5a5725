from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.failure import FailureKind
from odviz.evaluation import runtimes_disagree, verdict

COUNT, CLASSES = 10_000, 10


def outputs(accuracy: float, labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Outputs right on exactly this share of items, the same ones for every smaller share."""
    wrong = np.random.default_rng(seed).permutation(len(labels)) >= round(accuracy * len(labels))
    rows: np.ndarray = np.eye(CLASSES)[(labels + wrong) % CLASSES]
    return rows


@pytest.fixture
def labels() -> np.ndarray:
    return np.arange(COUNT) % CLASSES


@pytest.mark.parametrize("accuracy", [0.91, 0.80, 0.52])
def test_a_variant_that_keeps_half_its_parents_advantage_passes(labels, accuracy):
    assert verdict(outputs(accuracy, labels), labels, outputs(0.91, labels)) is None


@pytest.mark.parametrize(("accuracy", "kept"), [(0.48, "47 %"), (0.102, "nothing"), (0.0, "nothing")])
def test_a_ruined_variant_is_refused_with_its_figures(labels, accuracy, kept):
    failure = verdict(outputs(accuracy, labels), labels, outputs(0.91, labels))
    assert failure.kind is FailureKind.WRONG_ANSWERS
    assert failure.reason.startswith(
        f"Answers right on {100 * accuracy:.1f} % of 10,000 items where its parent gets 91.0 %: it keeps {kept} of"
    )
    assert "(10.0 %)" in failure.reason


def test_few_items_do_not_condemn():
    labels = np.arange(20) % CLASSES
    assert verdict(outputs(0.45, labels), labels, outputs(0.9, labels)) is None
    assert verdict(outputs(0.0, labels), labels, outputs(0.9, labels)) is not None


def test_always_the_commonest_answer_is_refused_though_it_is_often_right():
    labels = np.repeat([0, 1], [900, 100])
    always = np.stack([np.linspace(1, 2, 1000), np.zeros(1000)], axis=1)  # not constant, yet one answer
    perfect = np.eye(2)[labels]
    assert "keeps nothing" in verdict(always, labels, perfect).reason
    assert verdict(perfect, labels, perfect) is None


def test_a_parent_at_chance_condemns_nothing(labels):
    assert verdict(outputs(0.05, labels), labels, outputs(0.10, labels)) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_no_numbers_are_refused(labels, value):
    found = outputs(0.91, labels)
    found[:3, 1] = value
    assert "NaN or infinity) on 3 of 10,000" in verdict(found, labels, outputs(0.91, labels)).reason
    assert verdict(found, labels) is not None


def test_the_same_output_for_everything_is_refused(labels):
    same = np.tile(np.arange(CLASSES, dtype=float), (COUNT, 1))
    assert "the same output on all 10,000 items" in verdict(same, labels, outputs(0.91, labels)).reason
    assert verdict(same, labels) is not None


def test_a_parent_alone_need_only_answer(labels):
    assert verdict(outputs(0.05, labels), labels) is None


def test_engines_that_round_differently_agree(labels):
    assert runtimes_disagree(outputs(0.91, labels), outputs(0.89, labels)) is None


def test_engines_that_answer_differently_are_told_apart_from_recipes(labels):
    failure = runtimes_disagree(outputs(0.1, labels), outputs(0.91, labels), here="tflite-runtime", there="LiteRT")
    assert failure.kind is FailureKind.WRONG_ANSWERS
    assert "tflite-runtime and LiteRT on only 19.0 % of 10,000 items" in failure.reason
    assert "the recipe is not to blame" in failure.reason


def test_another_files_outputs_are_refused(labels):
    with pytest.raises(ValueError, match="not the same file"):
        runtimes_disagree(outputs(0.9, labels), outputs(0.9, labels)[:5])
