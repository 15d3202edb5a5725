"""How well the confidence of a variant fits, beside that of its uncompressed network."""

from __future__ import annotations

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.arrays import Floats
from odviz.domain.calibration import CalibrationReport, NetworkCalibration
from odviz.domain.target import OperatingPoint, parent_of
from odviz.metrics._classes import Classes
from odviz.metrics.base import Targets
from odviz.metrics.confidence import class_probabilities
from odviz.stats.calibration import Sureness, calibration_error, reliability
from odviz.stats.groups import Groups
from odviz.stats.means import mean


def sureness(data: BenchmarkData, point: OperatingPoint) -> Sureness | None:
    """How sure a point is of its predictions; None if its outputs give no probabilities of classes."""
    probabilities = probabilities_of(data, point)
    return None if probabilities is None else _sureness(probabilities, data.items.targets)


def probabilities_of(data: BenchmarkData, point: OperatingPoint) -> Floats | None:
    """Probability of each class for each test item, shape (N, C); None if the outputs of a point give none."""
    stored = data.predictions.get(point)
    if data.metric.targets is not Targets.CLASSES or stored is None or stored.outputs is None:
        return None
    if not len(data.items.targets) or data.items.targets.ndim != 1:
        return None
    probabilities = class_probabilities(stored.outputs)
    return probabilities if np.isfinite(probabilities).all() else None


def calibration(data: BenchmarkData, point: OperatingPoint) -> CalibrationReport | None:
    """Compare the calibration of a variant with that of its network; None if the outputs of one give no probabilities.

    Args:
        data: of the benchmark.
        point: a compressed variant.
    """
    before, now = (probabilities_of(data, one) for one in (parent_of(point), point))
    if before is None or now is None:
        return None
    targets, sources = data.items.targets, data.groups.sources
    worse = brier_scores(now, targets) - brier_scores(before, targets)
    return CalibrationReport(
        point,
        _calibration(before, targets, sources),
        _calibration(now, targets, sources),
        mean(worse, sources),
        mean(now.max(axis=1) - before.max(axis=1), sources),
    )


def brier_scores(probabilities: Floats, targets: Classes) -> Floats:
    """Brier score of each item, shape (N,): the square of what its probabilities lack, summed over the classes.

    With two classes both terms are equal, and one is counted, as is usual (scikit-learn's `brier_score_loss`).

    Args:
        probabilities: shape (N, C).
        targets: class of each item, shape (N,).
    """
    wanted = np.zeros_like(probabilities)
    wanted[np.arange(len(targets)), targets] = 1
    squares: Floats = ((probabilities - wanted) ** 2).sum(axis=1)
    return squares / 2 if probabilities.shape[1] == 2 else squares


def _calibration(probabilities: Floats, targets: Classes, sources: Groups | None) -> NetworkCalibration:
    own = _sureness(probabilities, targets)
    error, brier = calibration_error(own, sources), mean(brier_scores(probabilities, targets), sources)
    return NetworkCalibration(error, brier, reliability(own))


def _sureness(probabilities: Floats, targets: Classes) -> Sureness:
    return Sureness(probabilities.max(axis=1), probabilities.argmax(axis=1) == targets)
