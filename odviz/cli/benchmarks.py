"""`odviz benchmarks` and `odviz label`: the list, and what people call its entries."""

from __future__ import annotations

from collections.abc import Sequence

import click

from odviz.cli.context import Output, id_argument, note, say, table, with_json, with_store
from odviz.cli.types import TEXT, Whole
from odviz.domain.label import BenchmarkLabel
from odviz.domain.result import State
from odviz.report.benchmark_columns import AS_TYPED, list_columns, same_text
from odviz.services.benchmark_list import BenchmarkFilter, BenchmarkOrder, select
from odviz.store import BenchmarkRecord, DamagedRecord, Store
from odviz.tasks import TASKS

_MOST = 1_000_000
"""Benchmarks in one list: more than any database holds, and a number that it can count to."""


@click.command()
@click.option("--limit", type=Whole(1, _MOST), default=20, show_default=True, help="At most so many.")
@click.option("--task", metavar="TASK", type=TEXT, help="Only benchmarks of this task.")
@click.option("--model", metavar="MODEL", type=TEXT, default="", help="Only benchmarks of this model.")
@click.option("--status", type=click.Choice([state.value for state in State]), help="Only benchmarks in this state.")
@click.option(
    "--tag", "tags", metavar="TAG", type=TEXT, multiple=True, help="Only with this tag; may be given several times."
)
@click.option("--name", metavar="TEXT", type=TEXT, default="", help="Only with this in their name.")
@click.option(
    "--text", metavar="TEXT", type=TEXT, default="", help="Only with this in name, tags, note, id, models or recipes."
)
@click.option(
    "--sort",
    "order",
    type=click.Choice([order.value for order in BenchmarkOrder]),
    default=BenchmarkOrder.NEWEST.value,
    show_default=True,
    help="What comes first.",
)
@with_json
@with_store
def benchmarks(
    store: Store,
    limit: int,
    task: str | None,
    model: str,
    status: str | None,
    tags: tuple[str, ...],
    name: str,
    text: str,
    order: str,
) -> Output:
    """List past, running and queued benchmarks, and what differs between them."""
    listed = store.listed(task=task)
    if task is not None and not listed:
        TASKS[task]  # raises if there is no such task; benchmarks of a removed task stay readable
    damaged = [record for record in listed if isinstance(record, DamagedRecord)]
    for record in damaged:
        note(record.reason)
    chosen = BenchmarkFilter(model=model, state=State(status) if status else None, tags=tags, name=name, text=text)
    records = [record for record in listed if isinstance(record, BenchmarkRecord)]
    readable = select(records, chosen, BenchmarkOrder(order))[:limit]
    return Output(readable, lambda: _show(readable, damaged))


@click.command()
@id_argument
@click.option("--name", help="What to call it; an empty text takes the name away.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag to add; may be given several times.")
@click.option("--untag", "untags", metavar="TAG", multiple=True, help="A tag to take away; likewise.")
@click.option("--note", "remark", help="A note; an empty text takes it away.")
@click.option("--baseline/--no-baseline", default=None, help="Whether others of its task are compared with it.")
@with_json
@with_store
def label(
    store: Store,
    benchmark_id: str,
    name: str | None,
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    remark: str | None,
    baseline: bool | None,
) -> Output:
    """Name the benchmark ID, tag it, add a note, or make it the baseline of its task; show what it is called.

    The name then stands for the id in every command, and `baseline` for the baseline of a task.
    """
    record = store.load(benchmark_id)
    old = record.label
    new = BenchmarkLabel(
        old.name if name is None else name.strip(),
        tuple(dict.fromkeys(tag for tag in (*old.tags, *map(str.strip, tags)) if tag not in untags)),
        old.note if remark is None else remark.strip(),
    )
    if new != old:
        store.set_label(record.id, new)
    if baseline is not None:
        store.set_baseline(record.id, baseline)
    labelled = store.load(record.id)
    return Output(labelled, lambda: _show_label(labelled))


def _show(records: Sequence[BenchmarkRecord], damaged: Sequence[DamagedRecord]) -> None:
    columns = list_columns(records, AS_TYPED)
    known = {
        "Id": [record.id for record in records],
        "Measured": [f"{record.last_measured.astimezone():%Y-%m-%d %H:%M}" for record in records],
        "State": [record.state for record in records],
    }
    ends = [record.failure.reason if record.failure else "" for record in records]
    cells = {**known, **columns.differing, **({"Why it ended": ends} if any(ends) else {})}
    unreadable = [(record.id, "", "damaged", *[""] * (len(cells) - len(known))) for record in damaged]
    table("Benchmarks", tuple(cells), [*zip(*cells.values(), strict=True), *unreadable])
    if text := same_text(columns):
        say(text)


def _show_label(record: BenchmarkRecord) -> None:
    label = record.label
    marks = {
        "name": label.name,
        "tags": ", ".join(label.tags),
        "note": label.note,
        "baseline of": record.plan.task if record.baseline else "",
    }
    written = "; ".join(f"{mark} {text}" for mark, text in marks.items() if text)
    say(f"Benchmark {record.id}: {written or 'no name, tags or note'}.")
