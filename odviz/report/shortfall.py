"""What a benchmark was to measure and did not, in sentences: the same on the page and in the terminal."""

from __future__ import annotations

from odviz.analysis.candidates import OWN_FAULT
from odviz.analysis.estimates import ONE_LAUNCH
from odviz.domain.result import BenchmarkResult, NoteKind
from odviz.units import counted


def shortfall(result: BenchmarkResult) -> list[str]:
    """Sentences about variants that were not measured, or less than the plan wants; none if nothing is missing.

    Args:
        result: of a benchmark that has ended.
    """
    of_all = f"of {counted(len(result.points), 'variant')}"
    failures = [point.failure for point in result.points if point.failure and point.failure.kind not in OWN_FAULT]
    notes = [note for point in result.points for note in point.notes]
    partly = [note.failure for note in notes if note.kind is NoteKind.RUN_FAILED and note.failure]
    one_launch = sum(note.kind is NoteKind.ONE_LAUNCH for note in notes)
    sentences = []
    if result.failure:
        sentences.append(f"The benchmark ended early: {result.failure.reason}")
    elif failures:
        sentences.append(f"{len(failures)} {of_all} could not be measured: {failures[0].reason}")
    if partly and not result.failure:
        sentences.append(
            f"Runs of {len(partly)} {of_all} failed, whose figures come from their other runs: {partly[0].reason}"
        )
    if one_launch:
        sentences.append(f"{one_launch} {of_all}: {ONE_LAUNCH}")
    return sentences
