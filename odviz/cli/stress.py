"""`odviz stress`: whether variants hold up on disturbed inputs, and whether the recommendation does."""

from __future__ import annotations

from typing import Any

import click

from odviz.analysis.analysis import analyse
from odviz.analysis.attack import attacked_variants
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.load import loaded_variants
from odviz.analysis.poison import poison_curves
from odviz.analysis.stress import SeverityCurve, UnderStress, severity_curves, under_stress
from odviz.analysis.sustained import sustained
from odviz.cli.bench import wait_option
from odviz.cli.context import Output, id_argument, label, say, table, with_json, with_store
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.stress_options import StressTests, stress_settings
from odviz.domain.errors import InputError
from odviz.objectives import default_limits
from odviz.report import stress_text
from odviz.report.stress_parts import stress_parts
from odviz.services import benchmark
from odviz.store import Store


@click.command("stress")
@id_argument
@click.option("--tests", type=StressTests(), default=(), help="Run these tests first; those that were run are kept.")
@stress_settings
@wait_option
@with_json
@with_store
def stress_(store: Store, benchmark_id: str, tests: tuple[str, ...], settings: dict[str, str], wait: bool) -> Output:
    """Show how the variants of the benchmark ID hold up under stress, and whether the recommendation changes.

    With --tests, stress tests are added to the benchmark and run on its variants; nothing else is measured again.
    """
    record = store.load(benchmark_id)
    if settings and not tests:
        raise InputError("Settings are of tests that are run: name these with --tests.")
    if tests:
        resumed = benchmark.resume(store, record.id, tests, settings)
        try:
            with ProgressBar() as report:
                benchmark.run(store, resumed.id, report, wait_s=-1 if wait else 0)
        except BaseException:
            if record.state.ended:  # this command has queued it
                store.withdraw(record.id)
            raise
    data = load_benchmark_data(store, record.id)
    analysis = analyse(data)
    answers = under_stress(analysis.under(default_limits(analysis.objectives)))
    curves = severity_curves(data, data.points)
    return Output(_document(data, answers, curves), lambda: _show(data, answers, curves))


def _document(
    data: BenchmarkData, answers: tuple[UnderStress, ...], curves: tuple[SeverityCurve, ...]
) -> dict[str, Any]:
    lasting = sustained(data, data.points)
    return {
        "benchmark": data.record.id,
        "tests": data.record.plan.stress,
        "settings": data.record.plan.stress_settings,
        "change": stress_text.worst_change(answers) if answers else None,
        "answers": list(map(_answer, answers)),
        "curves": curves,
        "attack": attacked_variants(data, data.points),
        "poison": poison_curves(data, data.points),
        "load": loaded_variants(data, data.points),
        "sustained": [{"point": one.point, "minutes": one.minutes, "slowing": one.slowing} for one in lasting.variants],
        "swaps": lasting.swaps,
        "failures": [
            {"point": point, "test": test, "failure": failure}
            for point, failures in data.stress_failures.items()
            for test, failure in failures.items()
        ],
    }


def _answer(answer: UnderStress) -> dict[str, Any]:
    own, other = (candidate.result.point if candidate else None for candidate in answer.recommended)
    return {
        "test": answer.test,
        "objective": answer.objective.name,
        "change": answer.change,
        "recommended": own,
        "recommended_under_stress": other,
        "gain": answer.gain,
        "stays_on_a_front": [one.result.point for one in answer.stays],
        "leaves_all_fronts": [one.result.point for one in answer.leaves],
    }


def _show(data: BenchmarkData, answers: tuple[UnderStress, ...], curves: tuple[SeverityCurve, ...]) -> None:
    if answers:
        say(stress_text.overall(answers, label))
        table("", *stress_text.rows_of_answers(answers, label))
        table("", *stress_text.rows_of_fronts(answers, label))
    if curves:
        for headings, rows in (
            stress_text.rows_by_severity(curves, label),
            stress_text.rows_by_kind(curves, label),
        ):
            table("", headings, rows, right=headings[1:])
    for part in stress_parts(data, data.points, label):
        table(f"{stress_text.title(part.test)}: {part.sentence}", part.headings, part.rows)
        say(" ".join(part.notes))
    for sentence in stress_text.failures_of(data.stress_failures, label):
        say(sentence)
    for sentence in stress_text.notes(answers, label) if answers else ():
        say(sentence)
    if not data.stress and not data.stress_failures:
        say(f"No stress test was run on it yet. Run one: odviz stress {data.record.id} --tests corruptions")
