"""Changes to signals of sensors: float arrays of shape (N, T, C), standardised per channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.stress._kinds import Kind

Signals = NDArray[np.floating[Any]]
Rng = np.random.Generator

_AXES = 3
"""Channels of a sensor with an axis in each direction of space."""


def noise(signals: Signals, level: float, rng: Rng) -> Signals:
    """Gaussian noise; the level is its standard deviation, in that of the channel."""
    return signals + level * rng.standard_normal(signals.shape, np.float32)


def gain(signals: Signals, level: float, rng: Rng) -> Signals:
    """A sensor that shows too much or too little; the level is the relative error."""
    sign = rng.choice([-1.0, 1.0], (len(signals), 1, signals.shape[2]))
    return signals * (1 + level * sign)


def drop_out(signals: Signals, level: float, rng: Rng) -> Signals:
    """A gap in which the last value stays; the level is its share of the time."""
    length = signals.shape[1]
    lost = round(level * length)
    starts = (rng.random(len(signals)) * (length - lost)).astype(int)[:, np.newaxis]
    times = np.arange(length)
    source = np.where((times >= starts) & (times < starts + lost), np.maximum(starts - 1, 0), times)
    return np.take_along_axis(signals, source[:, :, np.newaxis], axis=1)


def rotated_axis(signals: Signals, level: float, rng: Rng) -> Signals:
    """A sensor that is worn at an angle; the level is in degrees, about an axis of each item's own.

    Three channels each are taken for the axes of one sensor; of a signal with fewer, neighbours are mixed.
    """
    axes = rng.standard_normal((len(signals), _AXES))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    angle, channels = np.radians(level), signals.shape[2]
    rotated = signals.copy()
    if channels < _AXES:
        rotated[...] = np.cos(angle) * signals + np.sin(angle) * np.roll(signals, 1, axis=2)
        return rotated
    cross = np.cross(np.eye(_AXES), axes[:, np.newaxis])  # shape (N, 3, 3)
    matrices = np.eye(_AXES) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross  # Rodrigues
    for first in range(0, channels - channels % _AXES, _AXES):
        rotated[:, :, first : first + _AXES] = signals[:, :, first : first + _AXES] @ matrices
    return rotated


KINDS = (
    Kind("noise", "Noise", (0.1, 0.2, 0.35, 0.55, 0.8), noise),
    Kind("gain", "Wrong gain", (0.1, 0.2, 0.3, 0.45, 0.6), gain),
    Kind("drop-out", "Drop-out", (0.05, 0.1, 0.2, 0.35, 0.5), drop_out),
    Kind("rotated-axis", "Worn at an angle", (5.0, 10.0, 20.0, 30.0, 45.0), rotated_axis),
)
