"""Points for charts, made by hand."""

from odviz.analysis.analysis import AXES, Candidate
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import Variant
from odviz.domain.objective import Objective
from odviz.domain.recipe import Recipe
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import HOST, OperatingPoint, Target


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
    point = OperatingPoint(Variant("toy", model, Recipe(), "onnx"), Target(HOST, runtime, "cpu", 1, "fp32"))
    figures = {
        Objective.ACCURACY: Estimate(accuracy, accuracy - 0.01, accuracy + 0.01, "1", Provenance.MEASURED, 200),
        Objective.LATENCY: Estimate(seconds, seconds * (1 - half), seconds * (1 + half), "s", provenance, 40),
        Objective.MEMORY: Estimate(seconds * 1e9, seconds * 1e9, seconds * 1e9, "B", provenance, 2),
        Objective.ENERGY: Estimate(None, 1e-6, 1e-4, "J", Provenance.MODELLED),
        Objective.SIZE: Estimate(1000.0, 1000.0, 1000.0, "B", Provenance.MEASURED, 1, 1.0),
    }
    known = {objective: figure for objective, figure in figures.items() if objective not in without}
    axes = [axis for axis in AXES if axis in known]
    return Candidate(PointResult(point), known, dict.fromkeys(axes, state), dict.fromkeys(axes, 0.9), tuple(violates))
