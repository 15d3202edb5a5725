"""`odviz cost`: answers from the cloud against answers from devices, over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.cost import compare_costs
from odviz.cli.context import (
    Output,
    analysis_on,
    device_option,
    id_argument,
    say,
    table,
    target_option,
    variant_option,
    with_json,
    with_store,
)
from odviz.cli.types import TEXT
from odviz.domain.cost import FACTORS, CostAssumption, CostFactor, CostReport, read_assumption
from odviz.library.cost_presets import GENERAL
from odviz.report import cost_text
from odviz.services import cost
from odviz.store import Store


def _factor_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for every factor."""
    for factor in reversed(CostFactor):
        info = FACTORS[factor]
        option = click.option(
            f"--{factor.value}",
            metavar="NUMBER",
            type=TEXT,
            default="",
            help=f"{info.title} ({info.unit}). {info.help}",
        )
        command = option(command)
    return command


@click.command("cost")
@id_argument
@variant_option("the variant; of several the recommended one, if it is among them.")
@device_option
@target_option
@click.option(
    "--preset", metavar="NAME", type=TEXT, default=GENERAL, show_default=True, help="Assumptions to start from."
)
@click.option(
    "--years",
    type=click.FloatRange(min=0, max=cost.MOST_YEARS, min_open=True),
    default=cost.YEARS,
    show_default=True,
    help="How far the comparison looks.",
)
@_factor_options
@with_json
@with_store
def cost_(
    store: Store, benchmark_id: str, variant: str, device: str, target: str, preset: str, years: float, **typed: str
) -> Output:
    """Compare what answers cost from a cloud service and from devices that run a variant of the benchmark ID.

    Every assumption is a number, or its lowest, usual and highest value: --requests 500:1000:2000. The others come
    from the preset, time and energy of an answer from the benchmark.
    """
    own = _own(typed)
    data = load_benchmark_data(store, benchmark_id)
    candidate = cost.choose_candidate(analysis_on(data, device, target), variant)
    report = compare_costs(cost.cost_case(data, candidate, preset, own, years))
    document = {
        "benchmark": data.record.id,
        "variant": candidate.host_point.label,
        "device": device,
        "preset": preset,
        "report": report,
    }
    return Output(document, lambda: _show(report, candidate.result.point.label))


def _own(typed: dict[str, str]) -> dict[CostFactor, CostAssumption]:
    by_name = {CostFactor(name.replace("_", "-")): text for name, text in typed.items() if text}
    return {factor: read_assumption(factor, text) for factor, text in by_name.items()}


def _show(report: CostReport, label: str) -> None:
    say(cost_text.headline(report))
    say(f"{label}. {cost_text.verdict(report)}")
    say(cost_text.decider(report))
    table("", cost_text.MONEY, cost_text.money_rows(report), right=cost_text.MONEY[1:])
    table("What the device saves", cost_text.SWINGS, cost_text.swing_rows(report.swings), right=cost_text.SWINGS[1:])
    table("Assumptions", cost_text.FIGURE, cost_text.assumption_rows(report.case), right=("Value",))
    say(cost_text.evidence(report.case))
    say(cost_text.METHOD)
