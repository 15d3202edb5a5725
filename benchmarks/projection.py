"""How well published networks are predicted when they are left out: `python benchmarks/projection.py`.

Three tables. By family and by network: every target, as `odviz devices validate` has it; all that is chosen (weights of
the members, quantiles of the intervals) is chosen on the networks that stay. By size: the smallest third of each
target's networks is predicted from the larger ones, because most of odviz's own networks are smaller than anything
published.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

import numpy as np

from odviz.domain.published import PublishedRow
from odviz.library.published import read_published
from odviz.projection import LEAST_POINTS, Calibration, calibrate, features_of

MANY = 20
"""Networks from which on a target's median says something."""

_ERROR, _FEWEST, _MOST = 0.1, 0.87, 0.97


def by_family(calibrations: Sequence[Calibration]) -> list[str]:
    lines = [
        "| target | points | families | new family: error p50 / p90 | interval | covers "
        "| known family: error p50 / p90 | interval | covers |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in calibrations:
        found = each.validation
        if found is None:
            lines.append(f"| {each.target} | {len(each.rows)} | | measured points only | | | | | |")
            continue
        lines.append(
            f"| {each.target} | {found.points} | {found.families} | {found.median_error:.0%} / {found.p90_error:.0%} "
            f"| ×{found.factor:.2f} | {found.coverage:.0%} "
            f"| {found.known_median_error:.0%} / {found.known_p90_error:.0%} | ×{found.known_factor:.2f} "
            f"| {found.known_coverage:.0%} |"
        )
    return lines


def goals(calibrations: Sequence[Calibration]) -> list[str]:
    found = [(each.target, each.validation) for each in calibrations if each.validation is not None]
    many = [each for target, each in found if "-cpu" in target and each.points >= MANY]
    near = [each.median_error for each in many]
    honest = [abs(each.coverage - (_FEWEST + _MOST) / 2) <= (_MOST - _FEWEST) / 2 for _, each in found]
    return [
        f"**Goal: families left out are predicted within {_ERROR:.0%} (median) on every processor target of {MANY} "
        f"networks: met by {sum(each <= _ERROR for each in near)} of {len(near)}; the middle one has "
        f"{np.median(near):.0%}, their mean is {np.mean(near):.0%}.**",
        "",
        f"**Goal: intervals cover {_FEWEST:.0%} to {_MOST:.0%} of families left out on every target: met by "
        f"{sum(honest)} of {len(honest)}.**",
    ]


def by_size(calibrations: Sequence[Calibration]) -> list[str]:
    lines = ["| target | smaller by | error p50 | interval | covers |", "|---|--:|--:|--:|--:|"]
    inside_all: list[bool] = []
    for each in calibrations:
        rows = sorted((row for row in each.rows if row.macs), key=lambda row: row.macs or 0.0)
        cut = len(rows) // 3
        kept = Calibration(each.target, tuple(rows[cut:]))
        if cut < 3 or len(rows) - cut < LEAST_POINTS or not kept.projects:
            continue
        inside, errors, factors = zip(*(_foretold(kept, row) for row in rows[:cut]), strict=True)
        inside_all += inside
        gap = (rows[cut].macs or 1.0) / float(np.median([row.macs or 1.0 for row in rows[:cut]]))
        lines.append(
            f"| {each.target} | ×{gap:.1f} | {np.median(errors):.0%} | ×{np.median(factors):.2f} "
            f"| {np.mean(inside):.0%} |"
        )
    return [*lines, f"| all together | | | | {np.mean(inside_all):.0%} of {len(inside_all)} |"]


def _foretold(calibration: Calibration, row: PublishedRow) -> tuple[bool, float, float]:
    counts = features_of(row)
    assert counts is not None
    said = calibration.predict(counts)
    inside = said.low <= row.latency_s <= said.high
    return inside, abs(said.centre / row.latency_s - 1), math.sqrt(said.high / said.low)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help="keys; all by default")
    chosen = parser.parse_args().targets
    calibrations = [each for key, each in calibrate(read_published()).items() if not chosen or key in chosen]
    print(
        "\n".join(
            ["By family and by network", "", *by_family(calibrations), "", *goals(calibrations), "", "By size", ""]
        )
    )
    print("\n".join(by_size(calibrations)))


if __name__ == "__main__":
    main()
