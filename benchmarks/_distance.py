"""Coverage of projections by distance from the networks that a target was fitted on, and the rate of widening.

Each target's networks are cut by size at a third, a half, two thirds, and where the fewest remain that others can be
projected from. Networks on one side are predicted from the others, whose own intervals know nothing of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.domain.published import Processor
from odviz.projection.calibration import Calibration
from odviz.projection.features import features_of

_SHARES = (1 / 3, 1 / 2, 2 / 3)
_BANDS = ((0.0, 0.25), (0.25, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 2.0))
"""Decades."""

_RATES = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
_LEVEL = 0.9


@dataclass(frozen=True)
class Outlier:
    """A network predicted from smaller or larger ones alone.

    Attributes:
        target: key.
        error: |log predicted − log measured|.
        half_width: of the interval in logarithm, were it inside the range.
        widening: what the interval gains outside.
        decades: how far outside.
    """

    target: str
    error: float
    half_width: float
    widening: float
    decades: float

    @property
    def board(self) -> str:
        """First part of the target's key, so that boards of one maker count as one."""
        return self.target.split("-")[0]


def table(calibrations: Sequence[Calibration]) -> list[str]:
    """Markdown table of coverage, one row per kind of processor, side and band of distances."""
    lines = ["| processor | networks | decades outside | predicted | covers |", "|---|---|--:|--:|--:|"]
    rates = []
    for processor in Processor:
        own = [calibration for calibration in calibrations if calibration.processor is processor]
        for side, larger in (("smaller", False), ("larger", True)):
            outliers = [outlier for calibration in own for outlier in _outliers(calibration, larger)]
            for low, high in _BANDS:
                band = [outlier for outlier in outliers if low < outlier.decades <= high]
                if band:
                    share = _mean(band, [outlier.error <= outlier.half_width + outlier.widening for outlier in band])
                    lines.append(f"| {processor.value} | {side} | {low:g}–{high:g} | {len(band)} | {share:.0%} |")
            far = [outlier for outlier in outliers if _BANDS[1][0] < outlier.decades <= _BANDS[-1][1]]
            rates += [_nested(f"{processor.value}, {side}", far)] if len({one.board for one in far}) > 1 else []
    return [*lines, "", *rates]


def _nested(name: str, outliers: Sequence[Outlier]) -> str:
    """The rates per decade that all boards but one choose, and how often they cover the networks of that one."""
    boards = sorted({outlier.board for outlier in outliers})
    inside, tried, chosen = [], [], []
    for board in boards:
        others = [outlier for outlier in outliers if outlier.board != board]
        rate = next((rate for rate in _RATES if _mean(others, _covered(others, rate)) >= _LEVEL), _RATES[-1])
        own = [outlier for outlier in outliers if outlier.board == board]
        chosen.append(rate)
        tried += own
        inside += _covered(own, rate)
    return (
        f"- {name}: ×{min(chosen):g} to ×{max(chosen):g} per decade, chosen without one board of {len(boards)}, "
        f"covers {_mean(tried, inside):.0%} on that board."
    )


def _covered(outliers: Sequence[Outlier], rate: float) -> list[bool]:
    return [outlier.error <= outlier.half_width + math.log(rate) * outlier.decades for outlier in outliers]


def _mean(outliers: Sequence[Outlier], inside: Sequence[bool]) -> float:
    """Mean over targets of the share inside."""
    by_target = defaultdict(list)
    for outlier, covered in zip(outliers, inside, strict=True):
        by_target[outlier.target].append(covered)
    return float(np.mean([np.mean(own) for own in by_target.values()]))


def _outliers(calibration: Calibration, larger: bool) -> Iterator[Outlier]:
    rows = sorted((row for row in calibration.rows if row.macs), key=lambda row: row.macs or 0.0, reverse=larger)
    cuts = {int(share * len(rows)) for share in _SHARES}
    rests = [Calibration(calibration.target, tuple(rows[cut:])) for cut in range(2, len(rows))]
    projecting = [rest for rest in rests if rest.projects]
    fewest = [min(projecting, key=lambda rest: len(rest.rows))] if projecting else []
    for rest in [*(rest for rest in projecting if len(rows) - len(rest.rows) in cuts), *fewest]:
        cut = len(rows) - len(rest.rows)
        for row in rows[:cut]:
            features = features_of(row)
            assert features is not None
            columns = rest.sample.columns & features.known
            latency = rest.predict(features)
            widening = rest.sample.widening(features, columns)
            decades = max(rest.sample.outside(features, columns).values(), default=0.0) / math.log(10)
            half_width = math.log(latency.high / latency.centre) - widening
            yield Outlier(
                calibration.target, abs(math.log(latency.centre / row.latency_s)), half_width, widening, decades
            )
