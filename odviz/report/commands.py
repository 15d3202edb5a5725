"""The commands of the terminal that write a report again."""

from __future__ import annotations

import shlex

from odviz.analysis.analysis import Analysis
from odviz.analysis.recommendation import MARGIN

NO_LIMIT = "none"
"""Typed for a limit that holds by default and shall not."""


def recommendation_command(benchmark: str, analysis: Analysis) -> str:
    """Of a recommendation.

    Args:
        benchmark: id.
        analysis: under limits.
    """
    options: list[str] = []
    if analysis.device and analysis.target:
        options += ["--device", analysis.device.name, "--target", analysis.target.key]
    for objective in analysis.objectives:
        limit, value = objective.limit, analysis.limits.get(objective)
        if value is not None:
            options += [f"--{limit.key.replace('_', '-')}", f"{value / limit.scale:.12g}{limit.unit}"]
        elif limit.default:
            options += [f"--{limit.key.replace('_', '-')}", NO_LIMIT]
    if analysis.margin != MARGIN:
        options += ["--margin", f"{100 * analysis.margin:.12g}%"]
    return report_command("recommend", benchmark, *options)


def side_argument(benchmark: str, variant: str, device: str, target: str) -> str:
    """A side of a comparison: the id of its benchmark, and part of the names of variants, device and target if any."""
    way = f"/{target}" if target else ""
    return benchmark + (f":{variant}" if variant else "") + (f"@{device}{way}" if device else "")


def report_command(*arguments: str) -> str:
    """Of the report of a subject, as a person would type it."""
    return shlex.join(("odviz", "report", *arguments, "--out", "report.pdf"))
