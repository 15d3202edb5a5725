"""Telling foreign items: how often a model is surer of an item of its task than of a foreign one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.metrics.auroc import plugin as AUROC
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin, as_on_host
from odviz.objectives.confidence import separation
from odviz.objectives.intervals import Floats
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
    """AUROC of the confidence, with Newcombe's interval; the scope has the FPR95."""
    if STRESS not in samples.stress:
        return Missing("It was not tried on foreign items.")
    told_apart = separation(samples.stress[STRESS])
    scope = f"{len(told_apart.own)} test items and {len(told_apart.foreign)} foreign items, by the largest probability"
    estimate = AUROC.interval(told_apart.scores, scope=scope)
    accepted = f"{percent(told_apart.accepted, 1)} of foreign items would pass where 95 % of test items do (FPR95)"
    return replace(estimate, scope=f"{scope}; {accepted}")


def replicates(draw: Draw) -> Floats:
    """The same own and foreign items are drawn for all points."""
    scores = [separation(samples.stress[STRESS]).scores for samples in draw.samples]
    return np.asarray(AUROC.replicates(scores, draw.resamples, draw.rng))


plugin = ObjectivePlugin(OOD_AUROC, host, as_on_host(host), replicates, stress=STRESS)
