"""Telling foreign items: how often a model is surer of an item of its task than of a foreign one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.auroc import plugin as AUROC
from odviz.objectives.accuracy import ACCURACY
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin
from odviz.objectives.confidence import Separation, kinds_of, separation
from odviz.objectives.groups import NO_GROUPS
from odviz.stats.groups import joint_groups
from odviz.stats.scales import LOG_ODDS
from odviz.units import percent

STRESS = "out-of-distribution"
"""The stress test whose outcomes it reads."""

OOD_AUROC = Objective(
    name="ood_auroc",
    title="Foreign items told",
    unit="1",
    higher_is_better=True,
    limit=Limit(
        key="ood_auroc",
        label="Least foreign items told (AUROC)",
        phrase="least AUROC of foreign items",
        short="≥ {} foreign items told",
        unit="%",
        scale=1e-2,
        most=100,
        help="Least share of pairs in which the model is surer of an item of its task than of a foreign one (AUROC).",
    ),
    order=11,
    log=False,
    superlative="the one that tells foreign items best",
    caption="of pairs (AUROC)",
)


def host(samples: HostSamples) -> Estimate | Missing:
    """AUROC of the confidence, for the most telling kind of foreign items; the scope has the FPR95."""
    if STRESS not in samples.stress:
        return Missing("It was not tried on foreign items.")
    told_apart = _told_apart(samples)
    scope = f"{len(told_apart.own)} own and {len(told_apart.foreign)} foreign items, by the largest probability"
    if told_apart.has_sources and samples.scores:
        scope = f"{scope}; {samples.scores.groups.reach}"
    estimate = told_apart.auroc()
    accepted = f"{percent(told_apart.accepted, 1)} of foreign items would pass where 95 % of test items do (FPR95)"
    return replace(estimate, scope=f"{scope}; {accepted}")


def replicates(draw: Draw) -> Floats:
    """The same own and foreign items, or sources of them, are drawn for all points."""
    told_apart = [_told_apart(samples) for samples in draw.samples]
    if told_apart[0].has_sources:
        joint = joint_groups([one.spread() for one in told_apart], draw.resamples, draw.rng)
        return np.asarray(LOG_ODDS.back(joint))
    return np.asarray(AUROC.replicates([one.scores for one in told_apart], draw.resamples, draw.rng))


def _told_apart(samples: HostSamples) -> Separation:
    outcome, scores = samples.stress[STRESS], samples.scores
    return separation(outcome, kinds_of(outcome)[0], scores.groups if scores else NO_GROUPS)


plugin = ObjectivePlugin(OOD_AUROC, host, None, replicates, stress=STRESS, replaces=ACCURACY)
