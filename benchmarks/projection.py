"""Error and coverage of projected latencies of published networks that the fit has not seen.

Three tables. By family and by network: every target from which others are projected, as in `odviz devices validate`;
the quantiles of the intervals come from the networks that stay. By size: the smallest third of each target's networks
is predicted from the larger ones, because most of odviz's own networks are smaller than any published one. By distance:
more cuts on both sides, and the rate at which an interval must widen outside the range.

`python -m benchmarks projection`; `python -m benchmarks.projection TARGET...` validates these targets only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import _distance
from benchmarks._common import parse, parser
from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.published import Processor, PublishedRow
from odviz.formats import FORMATS
from odviz.library.models import load_model, model_names
from odviz.library.published import read_published
from odviz.projection.calibration import Calibration, calibrate
from odviz.projection.conformal import LEVEL
from odviz.projection.features import features_of, features_of_graph
from odviz.tasks import TASKS

MANY = 20
"""Networks from which on the median error of a target is a goal."""

ERROR, LEAST_COVERAGE, MOST_COVERAGE = 0.1, 0.87, 0.97
FACTOR, SHARE = 3.0, 0.6
FIRST_TASKS = ("product-images", "review-sentiment", "exercise")
"""Tasks whose networks the goal was set for; networks that came later are told apart."""

TINY = ("rpi4-ncnn-cpu1-fp",)


def by_family(calibrations: Sequence[Calibration]) -> list[str]:
    """Markdown table of both cross-validations, one row per target."""
    lines = [
        "| target | points | families | new family: error p50 / p90 | interval | covers "
        "| known family: error p50 / p90 | interval | covers |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for calibration in calibrations:
        validation = calibration.validation
        if validation is None:
            continue
        lines.append(
            f"| {calibration.target} | {validation.points} | {validation.families} "
            f"| {validation.median_error:.0%} / {validation.p90_error:.0%} "
            f"| ×{validation.factor:.2f} | {validation.coverage:.0%} "
            f"| {validation.known_median_error:.0%} / {validation.known_p90_error:.0%} "
            f"| ×{validation.known_factor:.2f} | {validation.known_coverage:.0%} |"
        )
    few = sum(not calibration.projects for calibration in calibrations)
    return [*lines, "", f"Measured points only: {few} further targets."]


def goals(calibrations: Sequence[Calibration]) -> list[str]:
    """Markdown lines of the goals for families left out."""
    on_cpus = [fit for each in calibrations if each.processor is Processor.CPU and (fit := each.validation) is not None]
    many = [fit for fit in on_cpus if fit.points >= MANY]
    errors = [fit.median_error for fit in many]
    within = [LEAST_COVERAGE <= round(fit.coverage, 2) <= MOST_COVERAGE for fit in many]
    return [
        f"**Goal: families left out are predicted within {ERROR:.0%} (median) on the CPU targets of {MANY} "
        f"networks: met by {sum(error <= ERROR for error in errors)} of {len(errors)}; the median target has "
        f"{np.median(errors):.0%}, their mean is {np.mean(errors):.0%}.**",
        "",
        f"**Goal: intervals cover {LEAST_COVERAGE:.0%} to {MOST_COVERAGE:.0%} of families left out on each of them: "
        f"met by {sum(within)} of {len(within)}.**",
    ]


def microcontrollers(calibrations: Sequence[Calibration]) -> str:
    """The interval factor that covers nine in ten networks left out of all microcontrollers, each counting the same."""
    chosen = [each for each in calibrations if each.processor is Processor.MICROCONTROLLER and each.projects]
    if not chosen:
        return ""
    sizes = [np.sort(np.abs(calibration.left_out.log_error)) for calibration in chosen]
    pooled = np.concatenate(sizes)
    weight = np.concatenate([np.full(len(own), 1 / len(own)) for own in sizes])[np.argsort(pooled)]
    reach = np.sort(pooled)[np.searchsorted(np.cumsum(weight), LEVEL * len(sizes))]
    return f"All {len(chosen)} microcontroller targets together: ×{math.exp(reach):.2f} covers {LEVEL:.0%}."


def built_in_networks(calibrations: Sequence[Calibration]) -> list[str]:
    """Markdown lines of the goal for odviz's own networks: those it was set for, and all."""
    chosen = [each for each in calibrations if each.processor is not Processor.ACCELERATOR and each.projects]
    first, every = _factors(chosen, FIRST_TASKS), _factors(chosen, TASKS.names())
    met, median = np.mean(first <= FACTOR), np.median(first)
    return [
        f"**Goal: the interval factor is {FACTOR:g} or less for {SHARE:.0%} of the {first.shape[1]} networks that "
        f"odviz had first, on the {len(chosen)} CPU and microcontroller targets: met for {met:.0%}; the median factor "
        f"is ×{median:.2f}.** All {every.shape[1]} networks: {np.mean(every <= FACTOR):.0%}, ×{np.median(every):.2f}."
    ]


def _factors(calibrations: Sequence[Calibration], tasks: Sequence[str]) -> Floats:
    """Interval factors, (targets, networks), of the networks that odviz ships for these tasks."""
    dense = [load_model(task, model).checkpoints[0] for task in tasks for model in model_names(task)]
    graphs = [FORMATS["onnx"].facts(Path(checkpoint.artifacts["onnx"].path)) for checkpoint in dense]
    networks = [features for facts in graphs if (features := features_of_graph(facts)) is not None]
    return np.array([[_factor(calibration.predict(features)) for features in networks] for calibration in calibrations])


def _factor(latency: Estimate) -> float:
    return math.sqrt(latency.high / latency.low)


def by_size(calibrations: Sequence[Calibration]) -> list[str]:
    """Markdown table of extrapolation to smaller networks, one row per target."""
    lines = ["| target | smaller by | error p50 | interval | covers |", "|---|--:|--:|--:|--:|"]
    hits: list[bool] = []
    for calibration in calibrations:
        rows = sorted((row for row in calibration.rows if row.macs), key=lambda row: row.macs or 0.0)
        cut = len(rows) // 3
        larger = Calibration(calibration.target, tuple(rows[cut:]))
        if cut < 3 or not larger.projects:
            continue
        inside, errors, factors = zip(*(_predict(larger, row) for row in rows[:cut]), strict=True)
        hits += inside
        gap = (rows[cut].macs or 1.0) / float(np.median([row.macs or 1.0 for row in rows[:cut]]))
        lines.append(
            f"| {calibration.target} | ×{gap:.1f} | {np.median(errors):.0%} | ×{np.median(factors):.2f} "
            f"| {np.mean(inside):.0%} |"
        )
    return [*lines, f"| all together | | | | {np.mean(hits):.0%} of {len(hits)} |"]


def _predict(calibration: Calibration, row: PublishedRow) -> tuple[bool, float, float]:
    """Whether the interval covers the published latency, the relative error, and the interval's factor."""
    features = features_of(row)
    assert features is not None
    latency = calibration.predict(features)
    inside = latency.low <= row.latency_s <= latency.high
    return inside, abs(latency.centre / row.latency_s - 1), _factor(latency)


def main() -> None:
    commands = parser(__doc__)
    commands.add_argument("targets", nargs="*", help="keys; all by default")
    options = parse(commands)
    targets = options.targets or (TINY if options.tiny else ())
    rows = [row for row in read_published() if not targets or row.target in targets]
    calibrations = list(calibrate(rows).values())
    print("\n".join(["By family and by network", "", *by_family(calibrations), "", *goals(calibrations), ""]))
    print("\n".join([*built_in_networks(calibrations), "", microcontrollers(calibrations), ""]))
    print("\n".join(["By size", "", *by_size(calibrations), ""]))
    print("\n".join(["By distance", "", *_distance.table(calibrations)]))


if __name__ == "__main__":
    main()
