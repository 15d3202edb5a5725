"""Other integers and scales for the same weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Floats
from odviz.domain.parity import Change

_HIGHEST = 127
_NARROW = 64
"""Largest magnitude of 7-bit weights: two products with 255 are less than 2¹⁵."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Symmetric 8-bit weights.

    Attributes:
        values: int8.
        scales: shape () for one scale, (channels,) for one per channel.
    """

    values: NDArray[np.int8]
    scales: Floats


def as_floats(values: NDArray[np.int8], scales: Floats, axis: int) -> NDArray[np.float32]:
    """The real weights; arguments as for `requantized`."""
    shape = np.ones(values.ndim, int)
    if scales.size > 1:
        shape[axis] = -1
    real: NDArray[np.float32] = (values * scales.reshape(shape)).astype(np.float32)
    return real


def requantized(values: NDArray[np.int8], scales: Floats, axis: int, change: Change) -> Weights | None:
    """Change integer weights to others.

    Args:
        values: int8, zero point 0.
        scales: one element, or one per channel.
        axis: of the channels.
        change: `SEVEN_BITS` or `ONE_SCALE`.

    Returns:
        The new ones; None if the weights are so already.
    """
    if change is Change.SEVEN_BITS:
        if np.abs(values.astype(np.int16)).max(initial=0) <= _NARROW:
            return None
        return Weights(np.rint(values / 2.0).astype(np.int8), 2 * scales)
    if scales.size < 2 or not np.ptp(scales):
        return None
    real = as_floats(values, scales, axis).astype(float)
    step = np.float64(np.abs(real).max() / _HIGHEST)
    return Weights(np.rint(real / step).astype(np.int8), np.asarray(step))
