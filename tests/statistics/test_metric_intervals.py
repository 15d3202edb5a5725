"""Intervals of single metrics that are not the bootstrap's, and of ratios that are, cover as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from odviz.metrics import METRICS, base

AUROC, BALANCED, MACRO_F1, R2 = (METRICS[name] for name in ("auroc", "balanced-accuracy", "macro-f1", "r2"))


@pytest.mark.parametrize(("distance", "positives"), [(0.7, 60), (1.5, 20), (3.0, 30)])
def test_auroc_covers_near_1_and_with_few_positives(distance: float, positives: int) -> None:
    rng = np.random.default_rng(0)
    targets, truth = np.arange(120) < positives, ndtr(distance / 2**0.5)
    covered = 0
    for _ in range(400):
        interval = AUROC.interval(AUROC.score((rng.normal(distance * targets, 1),), targets.astype(int)))
        covered += interval.low <= truth <= interval.high
    assert covered / 400 >= 0.93


@pytest.mark.parametrize("recalls", [(0.95, 0.8, 0.9), (0.98, 0.99, 0.99)])
def test_balanced_accuracy_covers_with_a_rare_class(recalls: tuple[float, ...]) -> None:
    rng = np.random.default_rng(1)
    targets, truth = np.repeat(np.arange(3), [80, 30, 10]), np.mean(recalls)
    covered = 0
    for _ in range(400):
        right = rng.random(len(targets)) < np.take(recalls, targets)
        interval = BALANCED.interval(np.stack([np.where(right, targets, (targets + 1) % 3), targets], axis=1))
        covered += interval.low <= truth <= interval.high
    assert covered / 400 >= 0.94


def test_the_bootstrap_covers_for_macro_f1_and_r2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "RESAMPLES", 300)
    rng = np.random.default_rng(2)

    def f1_scores(items: int) -> np.ndarray:
        targets = rng.choice(3, items, p=(0.5, 0.3, 0.2))
        return np.stack([np.where(rng.random(items) < 0.8, targets, rng.integers(0, 3, items)), targets], axis=1)

    def r2_scores(items: int) -> np.ndarray:
        targets = rng.normal(0, 1, items)
        return np.stack([rng.normal(0, 0.5, items) ** 2, targets], axis=1)[..., np.newaxis]

    for metric, draw, truth in ((MACRO_F1, f1_scores, MACRO_F1.value(f1_scores(300_000))), (R2, r2_scores, 0.75)):
        intervals = [metric.interval(draw(100)) for _ in range(100)]
        covered = np.mean([interval.low <= truth <= interval.high for interval in intervals])
        assert covered >= 0.89
