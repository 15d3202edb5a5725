"""`odviz runs`, `show`, `front`, `export`: what was measured."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.analysis import AXES, Candidate, Tradeoff, limited, weigh
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.on_device import weigh_for
from odviz.cli.context import Settings, device_option, emit_json, json_option, note, say, table, target_option
from odviz.cli.types import DURATION, ENERGY, SHARE, SIZE, TEXT
from odviz.domain.codec import to_json
from odviz.domain.device import Fit
from odviz.domain.errors import StoreError
from odviz.domain.objective import Budget, Objective
from odviz.domain.result import BenchmarkResult, Membership, PointResult
from odviz.report import tables
from odviz.services import benchmark as benchmarks
from odviz.services import catalogue
from odviz.store import BenchmarkRecord, DamagedRecord
from odviz.units import counted, estimate, figure, percent, points, times

_MOST = 1_000_000
"""Benchmarks in one list: more than any database holds, and a number that it can count to."""

_MARKS = {Membership.FRONT: "●", Membership.AMBIGUOUS: "◐", Membership.DOMINATED: "·"}
_FITS = {Fit.DOES_NOT_FIT: "does not fit", Fit.TIGHT: "fits tightly"}
_LEGEND = "● on the front (in 95 % of resamples or more)   ◐ ambiguous   · dominated   ~ modelled range, not measured"


@click.command()
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="At most so many, newest first."
)
@click.option("--task", metavar="TASK", type=TEXT, help="Only benchmarks of this task.")
@json_option
@click.pass_obj
def runs(settings: Settings, limit: int, task: str | None, as_json: bool) -> None:
    """List past, running and queued benchmarks."""
    with settings.store() as store:
        listed = benchmarks.listed(store, limit, task)
    if task and not listed:
        catalogue.task(task)  # says which there are; benchmarks of one that is gone stay readable
    for each in listed:
        if isinstance(each, DamagedRecord):
            note(each.reason)
    if as_json:
        emit_json([each for each in listed if isinstance(each, BenchmarkRecord)])
        return
    rows = [_listed(each) for each in listed]
    table("Benchmarks", ("Id", "Asked", "Task", "State", "Models", ""), rows)


def _listed(record: BenchmarkRecord | DamagedRecord) -> tuple[str, ...]:
    if isinstance(record, DamagedRecord):
        return record.id, "", "", "damaged", "", ""
    return (
        record.id,
        f"{record.created.astimezone():%Y-%m-%d %H:%M}",
        record.plan.task,
        record.state,
        ", ".join(record.plan.models),
        record.failure.reason if record.failure else "",
    )


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@json_option
@click.pass_obj
def show(settings: Settings, benchmark_id: str, as_json: bool) -> None:
    """Show every figure of the benchmark ID (its first letters are enough)."""
    with settings.store() as store:
        evidence = load_benchmark_data(store, benchmark_id)
    if as_json:
        emit_json(summarise(evidence))
    else:
        show_result(evidence)


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.option("--deadline", type=DURATION, help="Longest median latency that will do (10ms).")
@click.option("--accuracy", type=SHARE, help="Least accuracy that will do (90%).")
@click.option("--memory", type=SIZE, help="Most memory that will do (20MB).")
@click.option("--energy", type=ENERGY, help="Most energy per inference that will do (1mJ).")
@click.option("--size", type=SIZE, help="Largest file that will do (500kB).")
@device_option
@target_option
@json_option
@click.pass_obj
def front(
    settings: Settings,
    benchmark_id: str,
    device: str,
    target: str,
    deadline: float | None,
    accuracy: float | None,
    memory: float | None,
    energy: float | None,
    size: float | None,
    as_json: bool,
) -> None:
    """Show the Pareto fronts of the benchmark ID, and which variants keep the limits."""
    budget = Budget(deadline, accuracy, memory, energy, size)
    with settings.store() as store:
        tradeoff = limited(weigh_for(load_benchmark_data(store, benchmark_id), device, target), budget)
    if as_json:
        emit_json(
            {
                "candidates": tables.front_rows(tradeoff),
                "satisfying": tradeoff.satisfying,
                "of": len(tradeoff.candidates),
                "binding": tradeoff.binding,
            }
        )
        return
    show_front(tradeoff)


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.option(
    "--format", "kind", type=click.Choice(("csv", "json")), default="csv", show_default=True, help="Of what is written."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; by default standard output.")
@click.option("--samples", is_flag=True, help="With every timed inference (JSON only).")
@device_option
@target_option
@click.pass_obj
def export(
    settings: Settings, benchmark_id: str, kind: str, output: Path | None, samples: bool, device: str, target: str
) -> None:
    """Write the figures of the benchmark ID as CSV or JSON."""
    if samples and kind == "csv":
        raise click.UsageError("--samples goes with --format json.")
    with settings.store() as store:
        evidence = load_benchmark_data(store, benchmark_id)
    weighed = weigh_for(evidence, device, target)
    if output is None and kind == "json":
        emit_json(tables.document(evidence, samples, weighed))
        return
    if kind == "csv":
        text = tables.as_csv(evidence, weighed)
    else:
        text = to_json(tables.document(evidence, samples, weighed), indent=2)
    if output is None:
        say(text.rstrip("\n"))
        return
    try:
        output.write_text(text if text.endswith("\n") else text + "\n", "utf-8")
    except OSError as error:
        raise StoreError(
            f"{output} cannot be written: {error.strerror}. The benchmark is still in the database."
        ) from error
    note(f"Written to {output}.")


def show_result(evidence: BenchmarkData) -> None:
    """All figures of a benchmark, and who is on which front."""
    result = summarise(evidence)
    tradeoff = weigh(evidence, result=result)
    candidate = {each.result.point: each for each in tradeoff.candidates}
    columns = (
        "Model", "Recipe", "Runtime", "Accuracy", "Points to fp32", "Latency p50", "Speed-up", "Memory", "Energy",
        "File", "Front l m e s",
    )  # fmt: skip
    table(
        f"{result.id}  {result.plan.task}  {result.created.astimezone():%Y-%m-%d %H:%M}  {result.state}",
        columns,
        [_row(each, candidate.get(each.point)) for each in result.points],
        right=columns[3:10],
    )
    say(f"{_LEGEND}\nFronts: accuracy against latency, memory, energy, size.")
    _say_notes(result)
    if result.failure:
        note(f"The benchmark ended early: {result.failure.reason}")


def _row(result: PointResult, candidate: Candidate | None) -> tuple[str, ...]:
    accuracy, timing = result.accuracy, result.latency
    if candidate:
        marks = " ".join(_MARKS[candidate.membership[axis]] if axis in candidate.membership else " " for axis in AXES)
    else:
        marks = result.failure.kind.value if result.failure else "unfinished"
    return (
        result.point.variant.model,
        result.point.variant.recipe.label,
        result.point.target.runtime,
        estimate(accuracy.value) if accuracy else "",
        points(accuracy.difference) if accuracy and accuracy.difference else "",
        estimate(timing.p50) + (" noisy" if timing.noisy else "") if timing else "",
        times(timing.speedup) if timing and timing.speedup else "",
        estimate(result.memory) if result.memory else "",
        ("" if result.energy.provenance.observed else "~") + estimate(result.energy) if result.energy else "",
        figure(result.facts.file_bytes, "B") if result.facts else "",
        marks,
    )


def _breaks(candidate: Candidate) -> str:
    broken = ", ".join(candidate.violates)
    return "; ".join(filter(None, (f"breaks: {broken}" if broken else "", _FITS.get(candidate.fit, ""))))


def _say_notes(result: BenchmarkResult) -> None:
    sentences: dict[str, None] = {}
    for each in result.points:
        if each.failure:
            sentences[f"{each.point.label}: {each.failure.reason}"] = None
        for sentence in each.notes:
            sentences[f"{each.point.variant.model} {each.point.variant.recipe.label}: {sentence}"] = None
    for sentence in sentences:
        note(sentence)


def show_front(tradeoff: Tradeoff) -> None:
    """Each front as a table of the points that are, or may be, on it; then what the limits leave."""
    if tradeoff.device and tradeoff.target:
        say(f"{tradeoff.device.title}, {tradeoff.target.key}. ~ projected or modelled, not observed there.")
    for axis in AXES:
        cost = {Objective.SIZE: "File size"}.get(axis, axis.value.capitalize())
        members = [
            each
            for each in tradeoff.candidates
            if each.membership.get(axis) in (Membership.FRONT, Membership.AMBIGUOUS)
        ]
        members.sort(key=lambda each: each.figures[axis].centre)
        rows = [
            (
                _MARKS[each.membership[axis]],
                percent(each.probability[axis]),
                each.result.point.label,
                estimate(each.figures[Objective.ACCURACY]),
                ("" if each.figures[axis].provenance.observed else "~") + estimate(each.figures[axis]),
                _breaks(each),
            )
            for each in members
        ]
        table(
            f"\nAccuracy against {cost.lower()}",
            ("", "Sure", "Variant", "Accuracy", cost, ""),
            rows,
            right=("Sure", "Accuracy", cost),
        )
    say(f"\n{tradeoff.satisfying} of {counted(len(tradeoff.candidates), 'variant')} satisfy the limits.")
    if tradeoff.binding:
        binding = tradeoff.binding
        say(f"The limit that binds is {binding.objective}: lifting it would admit {binding.admits} more.")
    for each in tradeoff.out:
        note(f"{each.point.label}: {each.failure.reason if each.failure else 'not measured yet'}")
    for candidate in tradeoff.candidates:
        for objective, reason in candidate.missing.items():
            note(f"{candidate.result.point.label}: no {objective}. {reason}")
