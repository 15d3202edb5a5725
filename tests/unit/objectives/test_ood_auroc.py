"""Telling foreign items by confidence, against scikit-learn and worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from sklearn.metrics import roc_auc_score, roc_curve

from odviz.objectives.confidence import (
    accepted_foreign,
    energy_confidence,
    energy_separation,
    separation,
    softmax_confidence,
)
from odviz.objectives.ood_auroc import AUROC

RNG = np.random.default_rng(3)
OWN_LOGITS = RNG.normal(0, 3, (150, 5))
FOREIGN_LOGITS = RNG.normal(0, 1.5, (120, 5))
OUTCOME = {"items": np.arange(150), "own": OWN_LOGITS, "foreign": FOREIGN_LOGITS}
LABELS = np.repeat([1, 0], [150, 120])


def test_the_confidence_orders_items_as_their_largest_probability() -> None:
    largest = special.softmax(OWN_LOGITS, axis=1).max(axis=1)
    assert np.array_equal(np.argsort(softmax_confidence(OWN_LOGITS)), np.argsort(largest))
    assert softmax_confidence(special.softmax(OWN_LOGITS, axis=1)) == pytest.approx(softmax_confidence(OWN_LOGITS))
    sure = softmax_confidence(np.array([[50.0, 0], [60.0, 0]]))  # both are 1 as a double
    assert sure == pytest.approx([50, 60])


@pytest.mark.parametrize("single", [np.array([[0.1], [0.5], [0.8]]), np.array([[-4.0], [0.0], [3.0]])])
def test_a_single_output_is_sure_far_from_its_threshold(single: np.ndarray) -> None:
    assert np.argsort(softmax_confidence(single)).tolist() == [1, 2, 0]


def test_auroc_and_fpr95_are_those_of_scikit_learn() -> None:
    found = separation(OUTCOME)
    confidence = np.concatenate([found.own, found.foreign])
    assert AUROC.value(found.scores) == pytest.approx(roc_auc_score(LABELS, confidence))
    fpr, tpr, _ = roc_curve(LABELS, confidence, drop_intermediate=False)
    assert found.accepted == pytest.approx(fpr[np.argmax(tpr >= 0.95)])
    energies = energy_separation(OUTCOME)
    assert energies is not None
    both = special.logsumexp(np.concatenate([OWN_LOGITS, FOREIGN_LOGITS]), axis=1)
    assert AUROC.value(energies.scores) == pytest.approx(roc_auc_score(LABELS, both))


def test_the_share_of_accepted_foreign_items_in_small_cases() -> None:
    own = np.arange(20.0)  # 19 of 20 reach a confidence of 1
    assert accepted_foreign(own, np.array([0.5, 1.0, 5.0, -1.0])) == 0.5
    assert accepted_foreign(np.array([1.0]), np.array([0.0])) == 0
    assert accepted_foreign(np.ones(5), np.ones(5)) == 1


def test_probabilities_have_no_energy() -> None:
    probabilities = special.softmax(OWN_LOGITS, axis=1)
    assert energy_confidence(probabilities) is None and energy_confidence(OWN_LOGITS[:, :1]) is None
