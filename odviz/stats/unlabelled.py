"""Accuracy without labels: what the confidence of predictions makes likely, as it did where labels were known."""

from __future__ import annotations

import numpy as np
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.calibration import BIN_ITEMS, MOST_BINS, Sureness

SCOPE = "from confidence alone, as long as predictions of equal confidence are right as often as in the benchmark"


def accuracy_without_labels(known: Sureness, confidence: Floats) -> Estimate:
    """Estimate the share of right predictions from their confidence, in two ways.

    The value is the mean of how often known predictions of the same confidence were right, in bins of equally many of
    them. The other way is the average thresholded confidence (Garg et al., ICLR 2022): the share of predictions above
    the threshold that as many known ones exceed as were right. The interval holds those of both.

    Args:
        known: predictions with labels.
        confidence: of the others, shape (M,); at least one.
    """
    ways = [_by_bins(known, confidence), _by_threshold(known, confidence)]
    z = float(special.ndtri((1 + LEVEL) / 2))
    low = max(0.0, min(value - z * error for value, error in ways))
    high = min(1.0, max(value + z * error for value, error in ways))
    return Estimate(ways[0][0], low, high, "1", Provenance.PROJECTED, len(confidence), LEVEL, SCOPE)


def _by_bins(known: Sureness, confidence: Floats) -> tuple[float, float]:
    """Value and standard error."""
    order = np.argsort(known.confidence, kind="stable")
    count = max(1, min(MOST_BINS, len(order) // BIN_ITEMS))
    parts = np.array_split(order, count)
    right = np.array([known.right[part].mean() for part in parts])
    smoothed = np.array([(known.right[part].sum() + 1) / (len(part) + 2) for part in parts])
    edges = [known.confidence[part[0]] for part in parts[1:]]
    index = np.searchsorted(edges, confidence, side="right")
    shares = np.bincount(index, minlength=count) / len(confidence)
    variance = shares**2 @ (smoothed * (1 - smoothed) / [len(part) for part in parts])
    return float(shares @ right), float(np.sqrt(variance + smoothed[index].var() / len(confidence)))


def _by_threshold(known: Sureness, confidence: Floats) -> tuple[float, float]:
    wrong = int((~known.right).sum())
    ordered = np.sort(known.confidence)
    threshold = ordered[wrong] if wrong < len(ordered) else np.inf
    value = float((confidence >= threshold).mean())
    was = (len(ordered) - wrong + 1) / (len(ordered) + 2)
    return value, float(np.sqrt(was * (1 - was) / len(ordered) + value * (1 - value) / len(confidence)))
