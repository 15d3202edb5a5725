"""Telling foreign items by confidence, against scikit-learn and worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from sklearn.metrics import roc_auc_score, roc_curve

from odviz.domain.estimate import Estimate
from odviz.domain.foreign import ForeignItems
from odviz.domain.result import PointResult
from odviz.metrics.top1 import plugin as TOP1
from odviz.objectives.base import Draw, HostSamples, Scores
from odviz.objectives.confidence import (
    Separation,
    accepted_foreign,
    energy_confidence,
    energy_separation,
    kinds_of,
    separation,
    softmax_confidence,
)
from odviz.objectives.groups import group_items
from odviz.objectives.ood_auroc import AUROC, OOD_AUROC, STRESS, host, replicates
from tests.fakes import point

RNG = np.random.default_rng(3)
OWN_LOGITS = RNG.normal(0, 3, (150, 5))
FOREIGN_LOGITS = RNG.normal(0, 1.5, (120, 5))
OUTCOME = {"items": np.arange(150), "own": OWN_LOGITS, "foreign": FOREIGN_LOGITS}
MADE = ForeignItems.MADE
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
    found = separation(OUTCOME, MADE)
    confidence = np.concatenate([found.own, found.foreign])
    assert AUROC.value(found.scores) == pytest.approx(roc_auc_score(LABELS, confidence))
    fpr, tpr, _ = roc_curve(LABELS, confidence, drop_intermediate=False)
    assert found.accepted == pytest.approx(fpr[np.argmax(tpr >= 0.95)])
    energies = energy_separation(OUTCOME, MADE)
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


def test_the_objective_is_of_the_most_telling_kind_and_new_sources_are_the_foreign_ones() -> None:
    outcome = OUTCOME | {"task": FOREIGN_LOGITS[:40], "sources": OWN_LOGITS[:60], "learned-groups": np.arange(60) % 6}
    assert kinds_of(outcome) == (ForeignItems.OTHER_TASK, MADE, ForeignItems.NEW_SOURCES)
    people = group_items("people", [f"{item % 4}" for item in range(150)])
    new = separation(outcome, ForeignItems.NEW_SOURCES, people)
    assert (len(new.own), len(new.foreign)) == (60, 150)
    assert new.own_groups is not None and new.foreign_groups is not None
    assert (new.own_groups.max(), new.foreign_groups.max()) == (5, 3)
    estimate = host(HostSamples(PointResult(point()), stress={"out-of-distribution": outcome}))
    assert isinstance(estimate, Estimate)
    labels = np.repeat([1, 0], [150, 40])
    confidence = softmax_confidence(np.concatenate([OWN_LOGITS, FOREIGN_LOGITS[:40]]))
    assert estimate.value == pytest.approx(roc_auc_score(labels, confidence))


def test_items_of_people_are_drawn_with_their_person() -> None:
    """Four people who differ leave far more room than 150 items, and replicates spread as the interval."""
    person = np.arange(150) % 4
    outcome = OUTCOME | {"own": OWN_LOGITS * np.array([0.4, 0.8, 1.2, 1.6])[person, np.newaxis]}
    people = group_items("people", person.astype(str))
    apart, items = separation(outcome, MADE, people), separation(outcome, MADE)
    assert apart.has_sources and not items.has_sources and apart.auroc().value == items.auroc().value
    assert apart.auroc().high - apart.auroc().low > 2 * (items.auroc().high - items.auroc().low)
    samples = HostSamples(PointResult(point()), Scores(TOP1, np.ones(150, bool), people), stress={STRESS: outcome})
    estimate = host(samples)
    assert isinstance(estimate, Estimate) and (estimate.low, estimate.high) == (apart.auroc().low, apart.auroc().high)
    drawn = replicates(Draw(OOD_AUROC, [samples] * 2, [{OOD_AUROC: estimate}] * 2, 4000, np.random.default_rng(0)))
    assert np.array_equal(drawn[:, 0], drawn[:, 1])
    assert np.quantile(drawn[:, 0], [0.025, 0.975]) == pytest.approx([estimate.low, estimate.high], abs=0.02)


@pytest.mark.parametrize("people", [(6, 4), (4, None)])
def test_the_interval_covers_the_auroc_of_new_people(people: tuple[int, int | None]) -> None:
    """People differ in how sure a model is of them by as much as their items; the true AUROC is known."""
    rng, covered, runs = np.random.default_rng(5), 0, 200
    distance, items = 1.5, 40
    truth = special.ndtr(distance / (2 + 2 * 0.5 if people[1] else 2 + 0.5) ** 0.5)
    for _ in range(runs):
        sides, groups = [], []
        for shift, count in zip((distance, 0.0), people, strict=True):
            person = np.repeat(np.arange(count or 160), items if count else 1)
            spread = rng.normal(0, 0.5**0.5, person.max() + 1)[person] if count else 0.0
            sides.append(shift + spread + rng.standard_normal(len(person)))
            groups.append(person if count else None)
        estimate = Separation(*sides, *groups).auroc()
        covered += estimate.low <= truth <= estimate.high
    assert covered / runs >= 0.92
