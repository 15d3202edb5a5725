"""Latency on machines that are not here, from what others published: fit, predict with intervals, validate; pure."""

from odviz.projection.calibration import Calibration, calibrate
from odviz.projection.conformal import FLOOR
from odviz.projection.features import Features, family_of, features_of
from odviz.projection.requirements import needed, suffices
from odviz.projection.validation import Validation

__all__ = [
    "FLOOR",
    "Calibration",
    "Features",
    "Validation",
    "calibrate",
    "family_of",
    "features_of",
    "needed",
    "suffices",
]
