"""Energy: joules of one inference, from a meter or a published power; else its modelled ratio to a reference."""

from __future__ import annotations

from dataclasses import replace

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate, EstimateKind
from odviz.domain.objective import Limit, Objective
from odviz.measurement.modelled import ASSUMPTIONS, damage, joules
from odviz.objectives.base import DeviceSamples, Draw, HostSamples, Missing, ObjectivePlugin, independent
from odviz.objectives.latency import LATENCY

ENERGY = Objective(
    name="energy",
    title="Energy",
    unit="J",
    higher_is_better=False,
    limit=Limit(
        key="energy",
        label="Energy",
        phrase="energy limit",
        short="≤ {}",
        unit="mJ",
        scale=1e-3,
        help="Most energy that one prediction may cost.",
    ),
    order=3,
    superlative="the one that needs least energy",
    caption="for one prediction",
)

RATIO = replace(
    ENERGY,
    title="Relative energy",
    unit="×",
    caption="of that of the most accurate uncompressed network",
    relative=True,
)
"""Where no variant's joules are known."""


def host(samples: HostSamples) -> Estimate | Missing:
    """Metered where there is a meter, else modelled."""
    return samples.result.energy or Missing(damage())


def device(samples: DeviceSamples) -> Estimate | Missing:
    """Published, published power × time, or modelled."""
    if samples.estimate.energy:
        return samples.estimate.energy
    if samples.estimate.latency is None:
        return Missing("Energy is published power × time here, and there is no time.")
    return Missing(damage() or "No power was published for this way to run it, and that of another does not compare.")


def replicates(draw: Draw) -> Floats:
    """Joules; the power of a whole device is drawn once for all points, as are the assumptions of a modelled energy."""
    if all(estimate.kind is EstimateKind.WHOLE_DEVICE for estimate in draw.own):
        times = [estimates[LATENCY] for estimates in draw.estimates]
        least, most = draw.own[0].low / times[0].low, draw.own[0].high / times[0].high
        seconds = independent(draw, times)
        return seconds * draw.rng.uniform(least, most, (draw.resamples, 1))
    if all(estimate.kind is EstimateKind.COMPUTING_ALONE for estimate in draw.own):
        results = [samples.result for samples in draw.samples]
        networks = [(result.facts, result.point.target.precision) for result in results if result.facts]
        return joules(networks, draw.rng.random((draw.resamples, ASSUMPTIONS)))
    return independent(draw)


plugin = ObjectivePlugin(ENERGY, host, device, replicates, ratio=RATIO)
