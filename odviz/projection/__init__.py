"""Latency on machines that are not here, from what others published: fit, predict with intervals, validate; pure."""

from odviz.projection.calibration import FLOOR, Calibration, Validation, calibrate
from odviz.projection.features import Features, family_of, features_of
from odviz.projection.sample import LEAST_POINTS, NEEDED, suffices

__all__ = [
    "FLOOR",
    "LEAST_POINTS",
    "NEEDED",
    "Calibration",
    "Features",
    "Validation",
    "calibrate",
    "family_of",
    "features_of",
    "suffices",
]
