"""The reports of a comparison and of the gate's verdict on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.pair_details import PairDetails
from odviz.charts import LIGHT
from odviz.charts.changes import ChangeRow, change_chart, is_drawable
from odviz.charts.drawn import CHARACTER_PX, vector_chart
from odviz.charts.group_changes import group_changes
from odviz.charts.text import provenance_title
from odviz.domain.comparison import BenchmarkComparison, ObjectiveChange, PointComparison, Unlike
from odviz.domain.flips import Flips
from odviz.domain.gate import ClauseDecision, GateResult, GateVerdict
from odviz.domain.harm import HarmReport
from odviz.domain.result import BenchmarkResult
from odviz.metrics import METRICS
from odviz.report import comparison_text, gate_text, harm_text
from odviz.report.background_blocks import ORIGINS, background
from odviz.report.paper.document import (
    Block,
    Bullets,
    Cell,
    Charts,
    Document,
    FigureTable,
    Heading,
    Lead,
    Paragraph,
    Row,
    Span,
    Tone,
    table,
    words,
)
from odviz.services import naming

Measured = tuple[BenchmarkData, BenchmarkResult]
"""A benchmark, and every figure measured in it."""

_PLOT_PX = 320.0
"""Width of a chart without the names of its rows."""

_MOST_ROWS = 40
"""Rows of a chart: more of them do not fit on a page; the table has all."""

_WIDE_PX = 640.0
"""Width of a chart of groups."""

_MOST_ITEMS = 10
"""Items that are written out for each direction."""

_MOST_CURVES = 6
"""Decisions whose chances are written."""

_MEANINGS = {
    GateVerdict.PASS: "the new version may replace the one before.",
    GateVerdict.FAIL: "the new version may not replace the one before.",
    GateVerdict.INCONCLUSIVE: "whether the new version may replace the one before is not certain yet.",
}


def comparison_report(
    comparison: BenchmarkComparison, details: PairDetails | None, measured: Sequence[Measured], command: str
) -> Document:
    """The report of a comparison.

    Args:
        comparison: what is reported.
        details: of its only pair; None of several, or where they are not known.
        measured: the benchmarks of both sides, one if it is the same.
        command: of odviz, that makes the report again.
    """
    blocks: list[Block] = [Lead(words(comparison_text.headline(comparison, naming.point)))]
    blocks += _unfair(comparison.unlike)
    blocks += _pair(comparison.pairs[0], details) if len(comparison.pairs) == 1 else _pairs(comparison)
    for title, points in (("before", comparison.only_base), ("after", comparison.only_new)):
        if points:
            blocks.append(Paragraph(words(f"Only {title}: {', '.join(map(naming.point, points))}.")))
    return _document("Comparison", measured, [*blocks, *background(measured, command)])


def gate_report(result: GateResult, measured: Sequence[Measured], command: str) -> Document:
    """The report of a verdict of the gate.

    Args:
        result: the verdict.
        measured: the benchmarks of both sides, one if it is the same.
        command: of odviz, that makes the report again.
    """
    verdict = Span(f"{result.verdict.value.upper()}: ", Tone.BOLD)
    blocks: list[Block] = [
        Lead((verdict, *words(_MEANINGS[result.verdict]))),
        Paragraph(words(gate_text.counts(result))),
        *_unfair(result.unlike),
    ]
    settling = dict.fromkeys(filter(None, map(gate_text.settling, result.decisions)))
    if settling:
        blocks += [Heading("What would settle it"), Bullets(tuple(map(words, settling)))]
    blocks += [Heading("Clauses of the policy"), *decision_blocks(result)]
    if result.policy.note:
        blocks.append(Paragraph(words(result.policy.note)))
    blocks += _chances(result)
    return _document(f"May it ship? {result.policy.title}", measured, [*blocks, *background(measured, command)])


def _document(title: str, measured: Sequence[Measured], blocks: Sequence[Block]) -> Document:
    records = [data.record for data, _ in measured]
    ids = " and ".join(record.id for record in records)
    subject = f"{naming.task(records[-1].plan.task)}, benchmark{'s' if len(records) > 1 else ''} {ids}. {ORIGINS}"
    return Document(title, subject, max(record.last_measured for record in records), tuple(blocks))


def _unfair(unlike: Sequence[Unlike]) -> Iterator[Block]:
    if unlike:
        yield Heading("What makes the comparison less than fair")
        yield Bullets(tuple(words(comparison_text.unfair(one)) for one in unlike))


def _pair(pair: PointComparison, details: PairDetails | None) -> Iterator[Block]:
    """Every figure of two variants before and after, their groups, items and files."""
    yield Heading("What has changed")
    rows = [ChangeRow(one.objective.title, one) for one in pair.changes if is_drawable(one)]
    yield from _chart(rows, "Change of each figure")
    cells = [
        (
            Cell(title),
            Cell(before, provenance_title(one.base)),
            Cell(after, provenance_title(one.new)),
            *map(Cell, more),
        )
        for one, (title, before, after, *more) in zip(pair.changes, comparison_text.change_rows(pair), strict=True)
    ]
    headings = tuple(map(Cell, comparison_text.CHANGES))
    yield FigureTable(headings, tuple(Row(row) for row in cells))
    if sentence := comparison_text.otherwise(pair):
        yield Paragraph(words(sentence))
    if details and details.groups:
        yield from _groups(details.groups)
    if details and details.flips:
        yield from _flips(details.flips)
    if facts := comparison_text.fact_rows(pair):
        yield Heading("Facts of the files that differ")
        yield table(comparison_text.FACTS, facts)
    if operators := comparison_text.operator_rows(pair):
        yield Heading("Operators of the files that differ")
        yield table(comparison_text.OPERATORS, operators)


def _groups(report: HarmReport) -> Iterator[Block]:
    """The change of each group of the items."""
    (variant,) = report.variants
    yield Heading(report.groups.capitalize())
    yield Paragraph(words(harm_text.headline(report, variant)))
    if variant.compared:
        yield Paragraph(words(harm_text.worst_group(report, variant)))
        title = harm_text.axis_title(report)
        unit = METRICS[report.metric].unit
        yield Charts((vector_chart(group_changes(variant.compared, title, unit, LIGHT), LIGHT, _WIDE_PX, title, ""),))
    yield table(*harm_text.group_rows(report, variant))
    yield Bullets(tuple(map(words, harm_text.notes(report))))


def _flips(changed: Sequence[Flips]) -> Iterator[Block]:
    """The items whose prediction changed, those first of which the new variant is surest."""
    yield Heading("Items whose prediction changed")
    for flips in changed:
        yield Paragraph(words(f"{comparison_text.flips_title(flips)}."))
        if flips.items:
            yield table(*comparison_text.flip_rows(replace(flips, items=flips.items[:_MOST_ITEMS])))


def _pairs(comparison: BenchmarkComparison) -> Iterator[Block]:
    """The change of every figure of each pair."""
    yield Heading("What has changed")
    names = [comparison_text.paired_name(pair, naming.point) for pair in comparison.pairs]
    for objective in dict.fromkeys(one.objective for pair in comparison.pairs for one in pair.changes[:2]):
        rows = [
            ChangeRow(name, one)
            for name, pair in zip(names, comparison.pairs, strict=True)
            for one in pair.changes
            if one.objective == objective and is_drawable(one)
        ]
        yield from _chart(rows, f"Change of {objective.noun} of each variant")
    headings, cells = comparison_text.pair_rows(comparison, naming.point)
    written = [
        Row(tuple(Cell(text, _origin(pair, heading)) for text, heading in zip(row, headings, strict=True)))
        for row, pair in zip(cells, comparison.pairs, strict=True)
    ]
    yield FigureTable(tuple(map(Cell, headings)), tuple(written))


def _origin(pair: PointComparison, title: str) -> str:
    """Where both figures of an objective come from."""
    return next((_origins(one) for one in pair.changes if one.objective.title == title), "")


def _origins(change: ObjectiveChange) -> str:
    return " and ".join(dict.fromkeys(map(provenance_title, (change.base, change.new))))


def decision_blocks(result: GateResult) -> Iterator[Block]:
    """Each clause of a policy for each pair: charts, and a row per decision."""
    clauses = list(dict.fromkeys(one.clause for one in result.decisions))
    drawn = [one for one in result.decisions if one.change and is_drawable(one.change)]
    if len(result.decisions) == len(clauses):
        rows = [ChangeRow(gate_text.title(one), one.change, one.worst) for one in drawn if one.change]
        yield from _chart(rows, "Change of each figure, and what is allowed")
    else:
        for clause in clauses:
            of_clause = [one for one in drawn if one.clause == clause]
            rows = [ChangeRow(naming.point(one.new), one.change, one.worst) for one in of_clause if one.change]
            title = gate_text.title(of_clause[0]) if of_clause else ""
            yield from _chart(rows, f"{title}: change of each variant, and what is allowed")
    cells = []
    for one, (title, verdict, *more) in zip(
        result.decisions, gate_text.decision_rows(result, naming.point), strict=True
    ):
        origins = _origins(one.change) if one.change else ""
        variant, change, allowed = more
        cells.append(Row((Cell(title), Cell(verdict), Cell(variant), Cell(change, origins), Cell(allowed))))
    yield FigureTable(tuple(map(Cell, gate_text.HEADINGS)), tuple(cells))


def _chances(result: GateResult) -> Iterator[Block]:
    """The power curve of the first decisions, those that decided the verdict before the others."""
    drawn = sorted((one for one in result.decisions if one.power), key=lambda one: one.verdict is not result.verdict)
    if not drawn:
        return
    yield Heading("Chances of each verdict")
    yield Paragraph(words("How often each verdict would come if the true change were another."))
    yield from (_power(one) for one in drawn[:_MOST_CURVES])
    if len(drawn) > _MOST_CURVES:
        yield Paragraph(words(f"{len(drawn) - _MOST_CURVES} more: odviz gate prints them all."))


def _power(one: ClauseDecision) -> FigureTable:
    headings = (gate_text.decision_title(one, naming.point), *gate_text.POWER[1:])
    return table(headings, gate_text.power_rows(one))


def _chart(rows: Sequence[ChangeRow], title: str) -> Iterator[Block]:
    if not rows:
        return
    drawn = rows[:_MOST_ROWS]
    figure = change_chart(drawn, title, LIGHT)
    described = "; ".join(f"{row.name}: {comparison_text.change_text(row.change)}" for row in drawn)
    width = _PLOT_PX + CHARACTER_PX * max(len(row.name) for row in drawn)
    yield Charts((vector_chart(figure, LIGHT, width, title, described),))
