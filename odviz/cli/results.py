"""`odviz show`, `export`, `import`: what was measured."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.analysis import Analysis, analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.analysis.estimates import summarise
from odviz.cli.context import (
    Output,
    analysis_on,
    device_option,
    emit_json,
    id_argument,
    note,
    say,
    table,
    target_option,
    with_json,
    with_store,
    write_file,
    write_text,
)
from odviz.cli.fronts import MARKS, written
from odviz.domain.result import BenchmarkResult, NoteKind
from odviz.domain.target import HOST
from odviz.library.files import printable, read_bytes
from odviz.objectives import LATENCY
from odviz.report import documents, tables
from odviz.report.imported import imported_note
from odviz.report.shortfall import shortfall
from odviz.serialization import to_json
from odviz.services import transfer
from odviz.services.benchmark_file import LARGEST
from odviz.services.disturbance import disturbance
from odviz.store import Store
from odviz.units import change, times

_LEGEND = "● on the front (in 95 % of resamples or more)   ◐ ambiguous   · dominated   ~ modelled range, not measured"


@click.command()
@id_argument
@with_json
@with_store
def show(store: Store, benchmark_id: str) -> Output:
    """Show every figure of the benchmark ID (its first letters are enough)."""
    data = load_benchmark_data(store, benchmark_id)
    result = summarise(data)
    return Output(result, lambda: show_result(data, result))


@click.command()
@id_argument
@click.option(
    "--format",
    "kind",
    type=click.Choice(("csv", "json", "benchmark")),
    default="csv",
    show_default=True,
    help="Figures as a table or a document; or the whole benchmark, for `odviz import` on another machine.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; by default standard output.")
@click.option("--samples", is_flag=True, help="With every timed inference (JSON only).")
@device_option
@target_option
@with_store
def export(
    store: Store, benchmark_id: str, kind: str, output: Path | None, samples: bool, device: str, target: str
) -> None:
    """Write the figures of the benchmark ID as CSV or JSON, or all of it as one file that travels."""
    if samples and kind != "json":
        raise click.UsageError("--samples goes with --format json.")
    if kind == "benchmark":
        if device != HOST or target:
            raise click.UsageError("--device and --target do not go with --format benchmark, which holds all samples.")
        path = output or Path(transfer.file_name(store.load(benchmark_id)))
        write_file(path, transfer.export_benchmark(store, benchmark_id))
        return
    data = load_benchmark_data(store, benchmark_id)
    analysis = analysis_on(data, device, target)
    if output is None and kind == "json":
        emit_json(documents.document(data, analysis, samples))
        return
    if kind == "csv":
        text = tables.as_csv(data, analysis)
    else:
        text = to_json(documents.document(data, analysis, samples), indent=2)
    write_text(output, text)


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@with_json
@with_store
def import_(store: Store, file: Path) -> Output:
    """Take in a benchmark that another machine measured: FILE is from `odviz export ID --format benchmark`.

    Its figures are marked as another machine's, and never mixed with those of this one.
    """
    content = read_bytes(file, LARGEST, "benchmark")
    arrival = transfer.import_benchmark(store, content, printable(file.name))
    text = f"Benchmark {arrival.id} is here now" if arrival.new else f"Benchmark {arrival.id} was here already"
    return Output(arrival, lambda: say(f"{text}; see it with: odviz show {arrival.id}"))


def show_result(data: BenchmarkData, result: BenchmarkResult) -> None:
    """All figures of a benchmark, and which variants are on which front."""
    analysis = analyse(data, result=result)
    by_point = {candidate.host_point: candidate for candidate in (*analysis.candidates, *analysis.excluded)}
    initials = " ".join(axis.title[0].lower() for axis in analysis.axes)
    quality, *axes = (objective.title for objective in analysis.objectives)
    numbers = [quality, "Points to fp32" if analysis.quality.is_share else "Change to fp32", *axes, "Speed-up"]
    table(
        f"{result.id}  {result.plan.task}  {result.created.astimezone():%Y-%m-%d %H:%M}  {result.state}",
        ("Model", "Recipe", "Runtime", *numbers, f"Front {initials}"),
        [_row(by_point[point.point], analysis) for point in result.points],
        right=numbers,
    )
    say(f"{_LEGEND}\nFronts: {analysis.quality.noun} against {', '.join(axis.noun for axis in analysis.axes)}.")
    if imported := imported_note(result):
        note(imported)
    if disturbed := disturbance(result):
        note(disturbed)
    _show_notes(result)
    for sentence in shortfall(result):
        note(sentence)


def _row(candidate: Candidate, analysis: Analysis) -> tuple[str, ...]:
    result = candidate.result
    accuracy, latency = result.accuracy, result.latency
    if candidate.membership:
        state = " ".join(
            MARKS[candidate.membership[axis]] if axis in candidate.membership else " " for axis in analysis.axes
        )
    else:
        state = result.failure.kind.value if result.failure else "unfinished"
    marks = " noisy" if latency and latency.noisy else ""
    marks += " one launch" if latency and latency.launches == 1 else ""
    return (
        result.point.variant.model,
        result.point.variant.recipe.label,
        result.point.target.runtime,
        written(candidate, analysis.quality),
        change(accuracy.difference) if accuracy and accuracy.difference else "",
        *(written(candidate, axis) + (marks if axis == LATENCY else "") for axis in analysis.axes),
        times(latency.speedup) if latency and latency.speedup else "",
        state,
    )


def _show_notes(result: BenchmarkResult) -> None:
    sentences: dict[str, None] = {}
    for point in result.points:
        if point.failure:
            sentences[f"{point.point.label}: {point.failure.reason}"] = None
        for remark in (remark for remark in point.notes if remark.kind is not NoteKind.ONE_LAUNCH):
            sentences[f"{point.point.variant.model} {point.point.variant.recipe.label}: {remark.message}"] = None
    for sentence in sentences:
        note(sentence)
