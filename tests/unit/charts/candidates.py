"""Points for charts, made by hand."""

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import Candidate
from odviz.analysis.recommendation import MARGIN
from odviz.charts import columns
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import Variant
from odviz.domain.objective import NO_LIMITS
from odviz.domain.recipe import Recipe
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.metrics import METRICS
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE, objectives_of
from odviz.objectives.groups import NO_GROUPS
from odviz.objectives.intervals import from_intervals

OBJECTIVES = objectives_of(METRICS["top1"], NO_GROUPS)
"""Of a task whose test items have no groups."""

AXES = OBJECTIVES[1:]


def candidate(
    accuracy,
    seconds,
    state=Membership.FRONT,
    model="a",
    runtime="onnxruntime",
    half=0.01,
    provenance=Provenance.MEASURED,
    violates=(),
    without=(),
):
    point = OperatingPoint(Variant("toy", model, Recipe(), "onnx"), Target(HOST, runtime, "cpu", 1, Precision.FP32))
    figures = {
        ACCURACY: Estimate(accuracy, accuracy - 0.01, accuracy + 0.01, "1", Provenance.MEASURED, 200),
        LATENCY: Estimate(seconds, seconds * (1 - half), seconds * (1 + half), "s", provenance, 40),
        MEMORY: Estimate(seconds * 1e9, seconds * 1e9, seconds * 1e9, "B", provenance, 2),
        ENERGY: Estimate(None, 1e-6, 1e-4, "J", Provenance.MODELLED),
        SIZE: Estimate(1000.0, 1000.0, 1000.0, "B", Provenance.MEASURED, 1, 1.0),
    }
    known = {objective: figure for objective, figure in figures.items() if objective not in without}
    known_axes = [axis for axis in AXES if axis in known]
    states, chances = dict.fromkeys(known_axes, state), dict.fromkeys(known_axes, 0.9)
    return Candidate(PointResult(point), known, point, states, chances, tuple(violates))


def analysis_of(*candidates, limits=NO_LIMITS, margin=MARGIN, excluded=()):
    return Analysis(OBJECTIVES, candidates, draws(candidates), tuple(excluded)).under(limits, margin)


def draws(candidates):
    """Replicates as the intervals say; the accuracies of all candidates move together, as on the same items."""

    def draw(objective, rows):
        rng = np.random.default_rng(objective.order)
        estimates = [candidates[row].estimates[objective] for row in rows]
        if objective == ACCURACY:
            half = (estimates[0].high - estimates[0].low) / 4
            return np.array([one.centre for one in estimates]) + half * rng.standard_normal((1000, 1))
        return from_intervals(estimates, [str(row) for row in rows], 1000, rng)

    return draw


def columns_of(candidates, title=str, all_models=(), shown=None):
    """Columns of candidates as they are, with the limits that they violate."""
    return columns(Analysis(shown or OBJECTIVES, tuple(candidates), draws(candidates)), title, all_models)
