"""Joint replicates of every objective, for fronts that know how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.analysis import device_power
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.target import OperatingPoint
from odviz.measurement.modelled import computing_alone
from odviz.stats import joint_p50

Floats = NDArray[np.float64]

_WHOLE = 0.95
"""An interval that claims to hold everything that was seen is taken for a 95 % one."""


def draw(
    evidence: BenchmarkData,
    points: Sequence[OperatingPoint],
    figures: Sequence[Mapping[Objective, Estimate]],
    objective: Objective,
    resamples: int,
    rng: np.random.Generator,
    shared: float = 0.0,
) -> Floats:
    """Replicates of one objective, paired between points wherever the evidence is.

    Args:
        evidence: of one benchmark.
        points: of this host, whose predictions and blocks belong to the figures.
        figures: theirs, in the same order; each has this objective.
        objective: which.
        resamples: how many replicates.
        rng: source of the randomness.
        shared: share of a projection's error variance that variants of one model have in common, 0 to 1.

    Returns:
        Shape (resamples, points), in the objective's unit.
    """
    estimates = [figure[objective] for figure in figures]
    if objective is Objective.ACCURACY:
        return evidence.metric.replicates([evidence.predictions[point].scores for point in points], resamples, rng)
    if objective is Objective.LATENCY and all(each.provenance is Provenance.MEASURED for each in estimates):
        return joint_p50({point.key: evidence.blocks[point] for point in points}, resamples, rng)
    models = [point.variant.model for point in points]
    if objective is Objective.ENERGY and all(map(device_power.whole_device, estimates)):
        times = [figure[Objective.LATENCY] for figure in figures]
        ends = estimates[0].low / times[0].low, estimates[0].high / times[0].high
        # Watts are the device's, the same for every variant in one replicate; only times tell variants apart.
        return from_intervals(times, models, resamples, rng, shared) * rng.uniform(*ends, (resamples, 1))
    return from_intervals(estimates, models, resamples, rng, shared, together=all(map(computing_alone, estimates)))


def from_intervals(
    estimates: Sequence[Estimate],
    models: Sequence[str],
    resamples: int,
    rng: np.random.Generator,
    shared: float = 0.0,
    together: bool = False,
) -> Floats:
    """Replicates from what the figures themselves say: shape (resamples, figures).

    An observed figure spreads normally. A projected one spreads in its logarithm, and what it is wrong by is partly
    the same for all variants of a model, whose graphs are alike. A mere range is drawn from all over; what is unknown
    of a modelled energy is mostly the price of an operation, which is the same for every variant, so that in one
    replicate all of them are cheap or all are dear. Of memory nobody knows whether variants lie alike in their ranges.

    Args:
        estimates: the figures.
        models: name of each one's model.
        resamples: how many replicates.
        rng: source of the randomness.
        shared: share of a projection's error variance that figures of one model have in common, 0 to 1.
        together: whether one place between the ends is that of every mere range.
    """
    low, high, centre = (
        np.array([getattr(each, end) for each in estimates], float) for end in ("low", "high", "centre")
    )
    reach = special.ndtri((1 + np.minimum([each.level for each in estimates], _WHOLE)) / 2)
    own = rng.standard_normal((resamples, len(estimates)))
    place = rng.random((resamples, 1 if together else len(estimates)))
    names, which = np.unique(np.array(models, str), return_inverse=True)
    common = rng.standard_normal((resamples, len(names)))[:, which]
    normal = centre + (high - low) / 2 / reach * own
    between = low + (high - low) * place
    with np.errstate(all="ignore"):  # what touches zero is not projected, and is not taken from here
        spread = np.log(high / low) / 2 / reach
        logarithmic = centre * np.exp(spread * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own))
    kinds = np.array([_kind(each) for each in estimates])
    drawn: Floats = np.choose(kinds, [normal, logarithmic, between])
    return drawn


def _kind(figure: Estimate) -> int:
    """0 for a figure that spreads normally, 1 in its logarithm, 2 for a mere range."""
    if figure.value is None:
        return 2
    return int(figure.provenance is Provenance.PROJECTED and figure.low > 0)
