"""What stands below the figures of a report: machine, data, licences, and how to reproduce it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import OdvizError
from odviz.domain.result import BenchmarkResult
from odviz.report.imported import imported_note
from odviz.report.paper.document import Block, Bullets, Heading, Paragraph, words
from odviz.services import catalogue, naming
from odviz.services.data_source import source
from odviz.services.disturbance import disturbance
from odviz.store import BenchmarkRecord
from odviz.units import counted, figure

ORIGINS = "Each figure says whether it was measured, published, projected or modelled."

_NOT_RECORDED = "not recorded"


def background(results: Sequence[tuple[BenchmarkData, BenchmarkResult]], command: str) -> Iterator[Block]:
    """Sections on machine, data and reproduction.

    Args:
        results: the benchmarks that figures are of, each once.
        command: of odviz, that makes the report again.
    """
    yield Heading("Where it was measured")
    yield Bullets(tuple(words(line) for data, result in results for line in _machine(data.record, result)))
    yield Heading("Data and licences")
    yield Bullets(tuple(words(line) for line in dict.fromkeys(_data_lines([data for data, _ in results]))))
    yield Heading("To reproduce it")
    commands = " and ".join(f"odviz show {data.record.id}" for data, _ in results)
    again = "writes this report again, with the same hash as long as the figures are the same"
    yield Paragraph(words(f"{command} {again}. What was measured: {commands}."))


def _machine(record: BenchmarkRecord, result: BenchmarkResult) -> Iterator[str]:
    when = f"{record.last_measured:%d %B %Y, %H:%M} UTC"
    yield f"Benchmark {record.id}, {when}, {counted(record.plan.threads, 'thread')} inside one inference."
    if imported := imported_note(record):
        yield imported
    environment = record.environment or BenchmarkEnvironment()
    virtual = f", {environment.virtual}" if environment.virtual else ""
    yield (
        f"{environment.cpu or 'A processor that was not recorded'} ({environment.architecture or _NOT_RECORDED}), "
        f"{environment.usable_cores} of {counted(environment.logical_cores, 'core')}, "
        f"{figure(environment.memory_bytes, 'B')} of memory; {environment.system or _NOT_RECORDED}{virtual}."
    )
    versions = [
        f"{naming.runtime(name)} {version}"
        for name, version in environment.runtimes.items()
        if name in record.plan.runtimes
    ]
    own, python = environment.odviz or _NOT_RECORDED, environment.python or _NOT_RECORDED
    yield f"odviz {own}, Python {python}; {', '.join(versions)}."
    yield disturbance(result) or "No other program disturbed the timing."


def _data_lines(results: Sequence[BenchmarkData]) -> Iterator[str]:
    for data in results:
        record = data.record
        task = record.plan.task
        origin = source(task)
        cited = f", from {origin.url}" if origin.url else ""
        yield f"Test items: {naming.task(task)}. {origin.licence or 'No licence is recorded'}{cited}."
        sha256 = record.environment.data_sha256 if record.environment else ""
        yield f"sha256 of the test items: {sha256 or _NOT_RECORDED}."
        for name in record.plan.models:
            yield f"{naming.model(task, name)}: {_licence(task, name) or 'no licence is recorded'}."


def _licence(task: str, model: str) -> str:
    """The licence of a model; empty where none is recorded, or the model is no longer here."""
    with suppress(OdvizError):
        return catalogue.model(task, model).licence
    return ""
