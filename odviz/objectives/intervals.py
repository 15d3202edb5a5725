"""Bootstrap replicates from estimates with intervals, for objectives whose samples are not paired between points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance

SHARED = 0.5
"""Share of a projection's error variance that all variants of one model have in common; an assumption."""

_WHOLE = LEVEL
"""An interval that holds everything that was seen is read as a 95 % interval."""


def from_intervals(
    estimates: Sequence[Estimate],
    models: Sequence[str],
    resamples: int,
    rng: np.random.Generator,
    shared: float = SHARED,
) -> Floats:
    """Draw replicates that spread as the intervals say.

    An observed estimate spreads normally. A projected one spreads in its logarithm, and part of its error is common to
    all variants of a model, whose graphs are alike. A range without a value is uniform between its ends.

    Args:
        estimates: one per point.
        models: name of the model of each point.
        resamples: number of replicates.
        rng: source of the randomness.
        shared: share of a projection's error variance that estimates of one model have in common, 0 to 1.

    Returns:
        Shape (resamples, points).
    """
    low, high, centre = (
        np.array([getattr(estimate, end) for estimate in estimates], float) for end in ("low", "high", "centre")
    )
    reach = special.ndtri((1 + np.minimum([estimate.level for estimate in estimates], _WHOLE)) / 2)
    own = rng.standard_normal((resamples, len(estimates)))
    replicates: Floats = centre + (high - low) / 2 / reach * own
    ranges = np.array([estimate.value is None for estimate in estimates], bool)
    positive = [estimate.provenance is Provenance.PROJECTED and estimate.low > 0 for estimate in estimates]
    projected = np.array(positive, bool) & ~ranges  # an interval that touches zero has no logarithm
    if not (ranges | projected).any():
        return replicates
    position = rng.random((resamples, len(estimates)))
    replicates[:, ranges] = (low + (high - low) * position)[:, ranges]
    names, model = np.unique(np.array(models, str), return_inverse=True)
    common = rng.standard_normal((resamples, len(names)))[:, model[projected]]
    low, high, centre, reach, own = (*(ends[projected] for ends in (low, high, centre, reach)), own[:, projected])
    spread = np.log(high / low) / 2 / reach
    replicates[:, projected] = centre * np.exp(spread * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own))
    return replicates
