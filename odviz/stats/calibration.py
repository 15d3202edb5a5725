"""How far the confidence of predictions lies from how often they are right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Bools, Floats
from odviz.domain.calibration import ConfidenceBin
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.groups import Groups, GroupSpread, group_spread, left_out_weights, several
from odviz.stats.location import NORMAL
from odviz.stats.proportions import share

MOST_BINS, BIN_ITEMS = 15, 50
"""Bins of equally many items each; fewer bins, if these would hold fewer items than that."""

_SCALES = np.linspace(0, 3, 301)
_TRUTHS = np.arange(0, 4.5, 0.5)
_VARIANCES = np.array([0.758, 0.921, 1.251, 1.465, 1.453, 1.308, 1.16, 1.067, 1.0])
"""Variance of a gap's corrected absolute value by the true gap, both in its standard error: integrated numerically."""

_BUCKETS = 200
"""Parts into which single items are put for replicates, which spread as the items do."""


@dataclass(frozen=True, eq=False)
class Sureness:
    """How sure a network is of each of its predictions, and which are right.

    Attributes:
        confidence: probability that it gives to the class that it predicts, shape (N,).
        right: shape (N,).
    """

    confidence: Floats
    right: Bools

    @cached_property
    def bins(self) -> tuple[NDArray[np.uint8], int]:
        """Bin of each item, and their number; items of equal confidence are in the order of the test set."""
        items = len(self.confidence)
        count = max(1, min(MOST_BINS, items // BIN_ITEMS))
        index = np.empty(items, np.uint8)
        index[np.argsort(self.confidence, kind="stable")] = np.arange(items) * count // items
        return index, count

    @property
    def gaps(self) -> Floats:
        """1 for a right prediction, 0 for a wrong one, less the confidence; shape (N,)."""
        return self.right - self.confidence


def reliability(sureness: Sureness) -> tuple[ConfidenceBin, ...]:
    """The bins of a reliability diagram, by confidence; intervals are Wilson's."""
    index, count = sureness.bins
    return tuple(
        ConfidenceBin(float(sureness.confidence[index == number].mean()), share(sureness.right[index == number]))
        for number in range(count)
    )


def calibration_error(sureness: Sureness, groups: Groups | None = None, *, scope: str = "") -> Estimate:
    """Estimate the expected calibration error: the mean over items of |accuracy − confidence| of their bin.

    Bins hold equally many items. With few items per bin the plain estimate is too large, because chance alone parts
    accuracy from confidence. How much too large depends on how the true gaps are spread over the bins. They are taken
    in two ways: as all observed gaps shrunk by one factor, so that the plain estimate is what is to be expected; and
    bin by bin without the variance of each. The value is the middle of both, the interval holds that of both. Simulated
    coverage is in `tests/statistics/test_calibration_coverage.py`.

    Args:
        sureness: of the predictions.
        groups: source of each item, shape (N,), for an interval for new sources.
        scope: which items these are.
    """
    weights, gaps, errors = _gaps(sureness)
    plain = float(weights @ abs(gaps))
    shrunk = _by_one_factor(weights, gaps, errors)
    single = _bin_by_bin(weights, gaps, errors)
    value, low, high = (shrunk[0] + single[0]) / 2, min(shrunk[1], single[1]), max(shrunk[2], single[2])
    if several(groups):
        left_out = [plain, *(_plain(sureness, kept > 0) for kept in left_out_weights(groups)[1:])]
        half = group_spread(np.array(left_out), (high - low) / 2).half()
        low, high = min(low, value - half), max(high, value + half)
    value, low, high = float(value), max(0.0, float(low)), min(1.0, float(high))
    return Estimate(value, low, max(high, value), "1", Provenance.MEASURED, len(sureness.right), LEVEL, scope)


def calibration_spread(sureness: Sureness, estimate: Estimate, groups: Groups | None = None) -> GroupSpread:
    """How far each source, or each of some hundred parts of the items, moves the calibration error.

    Args:
        sureness: of the predictions.
        estimate: of the error, as far as whose interval the replicates spread.
        groups: source of each item, as for `calibration_error`.
    """
    index, count = sureness.bins
    sign = np.sign(np.bincount(index, sureness.gaps, count))[index]
    parts = groups if several(groups) else np.arange(len(index)) % min(len(index), _BUCKETS)
    pulls = sign * sureness.gaps
    moves = np.bincount(parts, pulls - pulls.mean()) / len(index)
    half = GroupSpread(estimate.centre, moves).half()
    return GroupSpread(estimate.centre, moves * ((estimate.high - estimate.low) / 2 / half if half else 0.0))


def _gaps(sureness: Sureness) -> tuple[Floats, Floats, Floats]:
    """Share of the items, mean gap and its standard error of each bin."""
    index, count = sureness.bins
    sizes = np.bincount(index, minlength=count)
    means = np.bincount(index, sureness.gaps, count) / sizes
    variances = np.bincount(index, (sureness.gaps - means[index]) ** 2, count) / np.maximum(sizes - 1, 1)
    return sizes / len(index), means, np.sqrt(np.maximum(variances / sizes, 1e-12))


def _plain(sureness: Sureness, kept: Bools) -> float:
    weights, gaps, _ = _gaps(Sureness(sureness.confidence[kept], sureness.right[kept]))
    return float(weights @ abs(gaps))


def _by_one_factor(weights: Floats, gaps: Floats, errors: Floats) -> tuple[float, float, float]:
    """Value and ends, where the true gaps are the observed ones times a factor: those that expect the plain estimate.

    The absolute value of a normal variable is folded normal (Leone, Nelson and Nottingham, Technometrics 3, 1961).
    """
    plain = float(weights @ abs(gaps))
    truths = _SCALES[:, np.newaxis] * abs(gaps)
    expected = _folded(truths, errors)
    means = expected @ weights
    spreads = np.sqrt(np.maximum((truths**2 + errors**2 - expected**2) @ weights**2, 0))
    value, low, high = (
        plain * _SCALES[np.argmax(curve >= plain) if (curve >= plain).any() else -1]
        for curve in (means, means + NORMAL * spreads, means - NORMAL * spreads)
    )
    return min(max(value, low), high), low, high


def _bin_by_bin(weights: Floats, gaps: Floats, errors: Floats) -> tuple[float, float, float]:
    """Value and ends, where the square of each true gap is that of the observed one less its variance."""
    truths = np.sqrt(np.maximum(gaps**2 - errors**2, 0))
    value = max(0.0, float(weights @ (abs(gaps) - (_folded(truths, errors) - truths))))
    half = NORMAL * float(np.sqrt(weights**2 @ (errors**2 * np.interp(truths / errors, _TRUTHS, _VARIANCES))))
    return value, max(0.0, value - half), value + half


def _folded(means: Floats, errors: Floats) -> Floats:
    """Expected absolute value of normal variables."""
    ratios = means / errors
    folded: Floats = errors * np.sqrt(2 / np.pi) * np.exp(-(ratios**2) / 2) + means * special.erf(ratios / np.sqrt(2))
    return folded
