"""Cloud against devices over time: Monte Carlo over the assumptions, break-even, and the factors that decide.

Every factor is drawn independently: half of the draws lie uniformly between its lowest value and its value, the other
half between that and its highest value. Prices do not change with time, and nothing is discounted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Floats
from odviz.domain.cost import (
    FACTORS,
    BreakEven,
    Cheaper,
    CostAssumption,
    CostCase,
    CostFactor,
    CostPath,
    CostReport,
    CostSwing,
    Payback,
)
from odviz.domain.estimate import LEVEL, Estimate, Provenance

Values = Mapping[CostFactor, Floats]
"""Values of all factors, each of the same shape."""

_DRAWS = 20_000
_SEED = 0
_TAILS = (1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2

_DAY_S = 86_400.0
_MONTH_DAYS = 365.25 / 12
_YEAR_MONTHS = 12.0
_KWH_J = 3.6e6
_MILLI = 1e-3
_CALLS = 1000.0
_GB_KB = 1e6

_STEPS = 60
"""Times at which the paths are known, beside the start."""

_REACH = 3.0
"""Powers of ten, up and down, in which the value that flips a decision is looked for; twice as many up from zero."""

_GRID, _REFINEMENTS = 401, 3


@dataclass(frozen=True, slots=True)
class Flows:
    """Money that flows, in $; every array of one shape.

    Attributes:
        cloud: a month, to the cloud.
        running: a month, for electricity and upkeep of the devices.
        start: once, for training and documents.
        purchase: once in a life, for all devices.
        life: months after which they are bought again.
        devices: how many there are.
    """

    cloud: Floats
    running: Floats
    start: Floats
    purchase: Floats
    life: Floats
    devices: Floats

    def device_cost(self, months: float | Floats) -> Floats:
        """What the devices have cost by a time, which is above zero."""
        bought: Floats = self.purchase * np.ceil(months / self.life)
        return bought + self.start + self.running * months

    def saving(self, months: float) -> Floats:
        """What the devices have saved by a time, which is above zero."""
        return self.cloud * months - self.device_cost(months)

    def break_even(self) -> Floats:
        """Months until the devices have cost no more than the cloud for the first time; inf for never."""
        monthly = self.cloud - self.running
        gain = monthly * self.life - self.purchase  # by one life of the devices
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            first = (self.start + self.purchase) / monthly
            lives = np.ceil(self.start / gain)
            later = (self.start + lives * self.purchase) / monthly
        later = np.where(gain > 0, later, np.inf)
        return np.where((monthly > 0) & (first <= self.life), first, later)


def flows(values: Values, evidence: int) -> Flows:
    """The money that flows under values of all factors.

    Args:
        values: by factor, in its unit.
        evidence: pieces of evidence that are held.
    """
    requests, latency = values[CostFactor.REQUESTS], values[CostFactor.LATENCY]
    busy = np.ceil(requests * latency * _MILLI / _DAY_S)
    devices = np.maximum(np.ceil(values[CostFactor.DEVICES]), busy)
    traffic = values[CostFactor.TRAFFIC] / _GB_KB * values[CostFactor.TRAFFIC_PRICE]
    cloud = requests * (values[CostFactor.CALL_PRICE] / _CALLS + traffic) * _MONTH_DAYS
    daily = devices * values[CostFactor.POWER] * _DAY_S + requests * values[CostFactor.ENERGY] * _MILLI
    electricity = daily / _KWH_J * values[CostFactor.ELECTRICITY] * _MONTH_DAYS
    hours = np.maximum(0.0, values[CostFactor.COMPLIANCE] - evidence * values[CostFactor.EVIDENCE])
    return Flows(
        cloud,
        electricity + values[CostFactor.UPKEEP],
        values[CostFactor.TRAINING] + hours * values[CostFactor.HOUR],
        devices * values[CostFactor.DEVICE_PRICE],
        values[CostFactor.DEVICE_LIFE] * _YEAR_MONTHS,
        devices,
    )


def compare_costs(case: CostCase) -> CostReport:
    """Compare what answers cost from the cloud and from devices."""
    rng = np.random.default_rng(_SEED)
    drawn = {factor: _draw(case.assumptions[factor], rng.random(_DRAWS)) for factor in CostFactor}
    money = flows(drawn, len(case.evidence))
    saving = money.saving(case.months)
    share = float((saving > 0).mean())
    months = np.linspace(0.0, case.months, _STEPS + 1)[1:]
    paths = {
        Cheaper.CLOUD: _path(np.outer(np.quantile(money.cloud, _TAILS), months)),
        Cheaper.DEVICE: _path(np.array([np.quantile(money.device_cost(month), _TAILS) for month in months]).T),
    }
    return CostReport(
        case,
        _cheaper(share),
        share,
        _break_even(money.break_even(), case.months),
        _estimate(money.cloud),
        _estimate(money.running),
        _estimate(money.start + money.purchase),
        _estimate(saving),
        _estimate(money.devices, "devices"),
        _swings(case),
        tuple(months.tolist()),
        paths,
    )


def _draw(assumption: CostAssumption, uniform: Floats) -> Floats:
    ends = [assumption.low, assumption.value, assumption.high]
    return np.interp(uniform, [0.0, 0.5, 1.0], ends)


def _cheaper(share: float) -> Cheaper:
    if share >= LEVEL:
        return Cheaper.DEVICE
    return Cheaper.CLOUD if share <= 1 - LEVEL else Cheaper.OPEN


def _break_even(months: Floats, horizon: float) -> BreakEven:
    share = float((months <= horizon).mean())
    # Order statistics: a quantile between a time and never has no value.
    places = [round(tail * (len(months) - 1)) for tail in _TAILS]
    low, value, high = (time if math.isfinite(time) else None for time in np.sort(months)[places].tolist())
    if low is None:
        return BreakEven(Payback.NEVER, None, None, None, share)
    return BreakEven(Payback.PERHAPS if high is None else Payback.PAYS, low, value, high, share)


def _estimate(draws: Floats, unit: str = "$") -> Estimate:
    low, value, high = np.quantile(draws, _TAILS).tolist()
    return Estimate(value, low, high, unit, Provenance.MODELLED)


def _path(quantiles: Floats) -> CostPath:
    low, value, high = (tuple(row) for row in quantiles.tolist())
    return CostPath(low, value, high)


def _swings(case: CostCase) -> tuple[CostSwing, ...]:
    swings = [_swing(case, factor) for factor in CostFactor]
    moving = [swing for swing in swings if swing.width > 0 or swing.flips_at is not None]
    return tuple(sorted(moving, key=lambda swing: -swing.width))


def _swing(case: CostCase, factor: CostFactor) -> CostSwing:
    own = case.assumptions[factor]
    at_low, base, at_high = _savings(case, factor, np.array([own.low, own.value, own.high])).tolist()
    flips_at = _flip(case, factor, base > 0)
    within = flips_at is not None and own.low <= flips_at <= own.high
    return CostSwing(factor, at_low, at_high, flips_at, within)


def _savings(case: CostCase, factor: CostFactor, points: Floats) -> Floats:
    """What the devices save in all months at points of one factor, and the values of the others."""
    values = {other: np.full(points.shape, case.assumptions[other].value) for other in CostFactor}
    return flows({**values, factor: points}, len(case.evidence)).saving(case.months)


def _flip(case: CostCase, factor: CostFactor, device_is_cheaper: bool) -> float | None:
    """The point nearest to the value of a factor at which the other side becomes cheaper, to four digits."""
    info, own = FACTORS[factor], case.assumptions[factor]
    crossings = []
    for way in _ways(own, info.least, info.most):
        points = way
        for _ in range(_REFINEMENTS):
            crossed = np.flatnonzero((_savings(case, factor, points) > 0) != device_is_cheaper)
            if not len(crossed):
                break
            place = int(crossed[0])
            points = np.linspace(points[place - 1], points[place], _GRID)
        else:
            crossings.append(float(points[-1]))
    return min(crossings, key=lambda point: _distance(point, own.value), default=None)


def _ways(own: CostAssumption, least: float, most: float) -> list[Floats]:
    """Points away from the value of a factor: up, and down to the least that is accepted."""
    if own.value == 0:
        up = (own.high or 1.0) * np.logspace(-_REACH, 2 * _REACH, _GRID)
        return [np.clip(np.append(0.0, up), least, most)]
    up = own.value * np.logspace(0.0, _REACH, _GRID)
    down = np.append(own.value * np.logspace(0.0, -_REACH, _GRID), 0.0)
    return [np.clip(up, least, most), np.clip(down, least, most)]


def _distance(point: float, value: float) -> float:
    """How many times one is the other."""
    return abs(math.log(point / value)) if point > 0 and value > 0 else math.inf
