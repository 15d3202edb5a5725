"""How well the confidence of a network's predictions fits how often they are right."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.domain.estimate import Estimate
from odviz.domain.target import OperatingPoint


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Items of similar confidence.

    Attributes:
        confidence: their mean confidence.
        accuracy: the share of right predictions.
    """

    confidence: float
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class NetworkCalibration:
    """Calibration of one network.

    Attributes:
        error: expected calibration error.
        brier: Brier score: mean square of the distance of the probabilities from 0 and 1; with two classes of one of
            both, with more the sum over classes.
        bins: of a reliability diagram, by confidence.
    """

    error: Estimate
    brier: Estimate
    bins: tuple[ConfidenceBin, ...]


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Calibration of a variant beside its uncompressed network, on the same items.

    Attributes:
        point: the variant.
        before: calibration of its network.
        now: its own.
        brier_difference: its Brier score minus that of its network.
        shift: its confidence minus that of its network, mean over items.
    """

    point: OperatingPoint
    before: NetworkCalibration
    now: NetworkCalibration
    brier_difference: Estimate
    shift: Estimate
