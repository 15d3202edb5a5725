"""Estimates of exactly the networks that were published, and the energy that published powers give."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.published import PublishedRow
from odviz.projection.conformal import FLOOR, LEVEL
from odviz.units import percent


def latency(row: PublishedRow) -> Estimate:
    """Seconds of an inference of exactly this network."""
    return _estimate(row, row.latency_s, "s", row.target)


def energy(row: PublishedRow) -> Estimate | None:
    """Joules of an inference of exactly this network, where its energy or its power was published."""
    if row.energy_j is not None:
        return _estimate(row, row.energy_j, "J", _scope(row))
    return None if row.power_w is None else _estimate(row, row.power_w * row.latency_s, "J", _scope(row))


def energy_of(rows: Sequence[PublishedRow], latency: Estimate) -> Estimate | None:
    """Joules of an inference that takes this long, where power was published for the target; else None.

    Power while inferring hardly depends on the network: its spread over the published ones joins the interval.
    Powers that include different things are not put together; what most of them include is meant.

    Args:
        rows: of the target.
        latency: of the inference, seconds.
    """
    scopes = Counter(_scope(row) for row in rows if row.power_w is not None)
    if not scopes:
        return None
    scope = scopes.most_common(1)[0][0]
    powered = [row for row in rows if row.power_w is not None and _scope(row) == scope]
    power = np.array([row.power_w for row in powered], dtype=np.float64)
    typical = float(np.median(power))
    spread = float(np.quantile(np.abs(np.log(power / typical)), LEVEL))
    below = latency.centre / latency.low if latency.low > 0 else math.inf
    low, high = (math.exp(math.hypot(spread, math.log(end))) for end in (below, latency.high / latency.centre))
    value = typical * latency.centre
    return Estimate(
        value,
        value / low,
        value * high,
        "J",
        Provenance.PROJECTED,
        n=len(powered),
        level=LEVEL,
        scope=f"{scope}; {typical:.3g} W × time",
        source=powered[0].source,
    )


def source(row: PublishedRow) -> str:
    """Who published a row, with the version of the source if it has one."""
    return f"{row.source} ({row.source_version})" if row.source_version else row.source


def _estimate(row: PublishedRow, value: float, unit: str, scope: str) -> Estimate:
    """One published measurement: its own spread is seldom known, the one between copies of a board is."""
    text = f"{scope}; one measurement, ± {percent(FLOOR - 1)} because copies of a board differ by as much"
    return Estimate(
        value, value / FLOOR, value * FLOOR, unit, row.provenance, n=1, level=LEVEL, scope=text, source=row.source_url
    )


def _scope(row: PublishedRow) -> str:
    """What a published energy includes, without the figures of its one row."""
    text, _, _ = row.energy_scope.partition("(")
    return ", ".join(part.strip() for part in text.split(",") if not part.strip().startswith("avg"))
