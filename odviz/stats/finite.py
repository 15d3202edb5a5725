"""Which items are finite throughout."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def finite_items(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which items have neither NaN nor infinity.

    Args:
        values: shape (N, …); records are finite if all their fields are.

    Returns:
        Shape (N,).
    """
    if values.dtype.names:
        fields: NDArray[np.bool_] = np.all([finite_items(values[name]) for name in values.dtype.names], axis=0)
        return fields
    flags: NDArray[np.bool_] = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    return flags
