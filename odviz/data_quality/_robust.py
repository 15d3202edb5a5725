"""Distances from the middle that outliers do not move."""

from __future__ import annotations

import numpy as np
from scipy import special

from odviz.arrays import Array, Floats

_HALF, _MOST = float(special.ndtri(0.75)), float(special.ndtri(0.95))
"""Distances from the middle within which half, and nine tenths, of a standard normal variable lie."""


_NEAR = 0.975
"""Share of normal rows that the last covariance is of."""


def robust_z(values: Array) -> Floats:
    """Distance of each value from the median, in standard deviations that few outliers do not move.

    The standard deviation is that of a normal variable with the same median absolute deviation (Iglewicz and Hoaglin,
    How to Detect and Handle Outliers, 1993), or with the same 5 % and 95 % quantiles, whichever is larger: values of
    several kinds of items are not normal. Where nine tenths are equal, it is
    that of the mean absolute deviation.

    Args:
        values: shape (N,) or (N, F), columns apart.
    """
    centred = values.astype(float) - np.median(values, axis=0)
    half = np.median(abs(centred), axis=0) / _HALF
    low, high = np.quantile(centred, [0.05, 0.95], axis=0)
    spread = np.maximum(half, (high - low) / (2 * _MOST))
    spread = np.where(spread > 0, spread, abs(centred).mean(axis=0) * np.sqrt(np.pi / 2))
    scaled: Floats = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return scaled


def mahalanobis(rows: Array) -> Floats:
    """Squared distance of each row from the middle, on the scale of a chi square with F degrees of freedom.

    Mean and covariance are those of the half of the rows that is closest by robust z, then of the closest half by this
    distance, then of all rows but the farthest, as reweighting does after a minimum covariance determinant (Rousseeuw
    and Van Driessen, Technometrics 41, 1999). The scale makes the median that of the chi square.

    Args:
        rows: shape (N, F), with N several times F and no constant column.
    """
    columns = rows.shape[1]
    distances: Floats = (robust_z(rows) ** 2).sum(axis=1)
    for share in (0.5, 0.5, _NEAR):
        limit = special.chdtri(columns, 1 - share) if share > 0.5 else np.median(distances)
        core = rows[distances <= limit]
        centred = rows - core.mean(axis=0)
        inverse = np.linalg.pinv(np.atleast_2d(np.cov(core.T.astype(float))))
        distances = np.einsum("ij,jk,ik->i", centred, inverse, centred)
        distances *= special.chdtri(columns, 0.5) / np.median(distances)
    return distances
