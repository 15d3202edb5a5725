"""Latency on machines that are not here, from what others published: fit, predict with intervals, validate; pure."""

from odviz.projection.calibration import LEAST_POINTS, Calibration, Validation, calibrate
from odviz.projection.features import Features, family_of, features_of

__all__ = ["LEAST_POINTS", "Calibration", "Features", "Validation", "calibrate", "family_of", "features_of"]
