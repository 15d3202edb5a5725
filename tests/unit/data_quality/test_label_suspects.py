from dataclasses import replace

import numpy as np
import pytest

from odviz.data_quality import CHECKS, _confident_joint
from odviz.data_quality._confident_joint import confident_joint_suspects, suspects
from odviz.domain.data_quality import Severity
from odviz.domain.modality import Modality
from tests.toys.datasets import answers, dataset

CLASSES, ITEMS = 5, 1000


def labelled(seed=0, flipped=30):
    """Labels of which some are wrong, confidences of a good network, and which are wrong."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, CLASSES, ITEMS)
    logits = rng.normal(0, 1, (ITEMS, CLASSES)) + 8 * np.eye(CLASSES)[true]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = rng.choice(ITEMS, flipped, replace=False)
    labels = true.copy()
    labels[wrong] = (true[wrong] + rng.integers(1, CLASSES, flipped)) % CLASSES
    return labels, probabilities, set(wrong.tolist())


def test_planted_label_errors_are_found_and_hardly_anything_else():
    labels, probabilities, wrong = labelled()
    named = confident_joint_suspects(labels, probabilities).tolist()
    assert len(wrong & set(named)) >= 0.9 * len(wrong)
    assert len(set(named) - wrong) <= 0.01 * ITEMS
    assert wrong >= set(named[:20])  # the most suspect come first


@pytest.mark.parametrize("seed", range(5))
def test_the_rule_is_that_of_cleanlab(seed, monkeypatch):
    labels, probabilities, _ = labelled(seed, flipped=100)
    theirs, method = suspects(labels, probabilities)
    assert "cleanlab" in method
    monkeypatch.setattr(_confident_joint, "_cleanlab", lambda: None)
    ours, method = suspects(labels, probabilities)
    assert "cleanlab" not in method
    assert len(set(theirs.tolist()) ^ set(ours.tolist())) <= 0.02 * len(theirs)


def test_right_labels_of_a_sure_network_give_no_suspects():
    labels, probabilities, _ = labelled(flipped=0)
    assert len(confident_joint_suspects(labels, probabilities)) <= 0.01 * ITEMS


def test_a_class_without_items_is_nobodys():
    labels, probabilities, _ = labelled()
    others = labels != 0
    assert 0 not in labels[others][confident_joint_suspects(labels[others], probabilities[others])]


def test_the_check_names_label_and_prediction():
    data = dataset(Modality.TABULAR)
    data = replace(data, answers=answers(data, 1.0, 0.9))
    data.test.targets[4] = (data.test.targets[4] + 1) % 3  # after the networks have answered
    (finding,) = CHECKS["label-suspects"].report(data).findings
    assert [case.items[0].index for case in finding.cases] == [4]
    assert "label: cow" in finding.cases[0].caption and "networks: bee" in finding.cases[0].caption
    assert finding.severity is Severity.LOOK and finding.count == 1


def test_without_outputs_it_is_not_made():
    data = dataset(Modality.TABULAR)
    assert CHECKS["label-suspects"].report(data).severity is None
    without = tuple(replace(answer, outputs=None) for answer in answers(data, 0.9, 0.9))
    assert CHECKS["label-suspects"].report(replace(data, answers=without)).obstacle
    assert CHECKS["label-suspects"].report(replace(data, classes=(), answers=without)).obstacle
