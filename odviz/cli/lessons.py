"""`odviz lessons`: lists lessons, writes teachers' sheets, and exports the answers of pupils."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.cli.context import Output, note, table, with_json, with_store, write_text
from odviz.cli.types import TEXT
from odviz.lessons import LESSONS, in_order
from odviz.report import lesson_sheet, lesson_text
from odviz.services import lessons as service
from odviz.store import Store

_output_option = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; by default standard output."
)


@click.group(invoke_without_command=True)
@click.pass_context
def lessons(context: click.Context) -> None:
    """List the lessons of the page Learn, write a teacher's sheet, and export the answers of pupils."""
    if context.invoked_subcommand is None:
        context.invoke(list_lessons)


@lessons.command("list")
@with_json
def list_lessons() -> Output:
    """List all lessons with their questions."""
    declared = [plugin.lesson for plugin in in_order()]
    rows = [(lesson.name, lesson.title, f"{lesson.minutes} min", lesson.question.text) for lesson in declared]
    return Output(declared, lambda: table("Lessons", ("Name", "Title", "Takes", "Question"), rows, right=("Takes",)))


@lessons.command("sheet")
@click.argument("name", type=TEXT)
@_output_option
def sheet(name: str, output: Path | None) -> None:
    """Write the teacher's sheet of the lesson NAME as an HTML page to print."""
    plugin = LESSONS[name]
    write_text(output, lesson_sheet.html(plugin, *service.example(plugin)))


@lessons.command("answers")
@click.option("--class", "classroom", type=TEXT, metavar="NAME", help="Of this class only; by default of all.")
@_output_option
@click.option("--delete", is_flag=True, help="Delete them for good instead.")
@with_store
def answers(store: Store, classroom: str | None, output: Path | None, delete: bool) -> None:
    """Write the answers of all pupils as CSV: predictions, measured figures and points."""
    if delete:
        note(f"Deleted: {store.delete_answers(classroom)}.")
        return
    stored = store.answers(classroom)
    write_text(output, lesson_text.answers_csv(stored))
    for sentence in filter(None, (lesson_text.class_calibration(stored), lesson_text.points_of(stored))):
        note(sentence)
