"""The report of a recommendation: one benchmark on one device or on several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from odviz.analysis.candidates import Candidate
from odviz.charts import LIGHT
from odviz.charts.drawn import vector_chart
from odviz.charts.palette import HUES
from odviz.charts.text import provenance_title
from odviz.domain.objective import Objective
from odviz.report import analysis_text, projection_text, risk_text
from odviz.report.background_blocks import ORIGINS, background
from odviz.report.figure_table import row_order, violations
from odviz.report.front_figures import front_figures
from odviz.report.legend import legend
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
    Spans,
    small,
    spans,
    words,
)
from odviz.report.plain_answer import plain_answer
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.units import difference, estimate, figure, short

PICTURE_PX = 420.0
"""Width of a chart: its texts are legible on a phone and on half a page of A4."""

_FRONTS = 4
"""Charts: latency, memory, energy and file size; of further objectives the table has the figures."""

_MOST_ROWS = 300
"""Variants in the table, the best choices first: about ten pages."""


def recommendation_report(view: AnalysisView, command: str) -> Document:
    """The report of a benchmark on one device.

    Args:
        view: the analysis under limits.
        command: of odviz, that makes the report again.
    """
    record = view.record
    blocks = [*_answer(view), *_charts(view), *_figures(view), *_assumptions(view)]
    measured = [(view.benchmark_view.data, view.benchmark_view.result)]
    return Document(
        f"{naming.task(record.plan.task)} on {_device_title(view)}",
        f"Recommendation of benchmark {record.id}. {ORIGINS}",
        record.last_measured,
        (*blocks, *background(measured, command)),
    )


def _device_title(view: AnalysisView) -> str:
    """Title of the device; the host by its processor, as readers elsewhere do not know “this machine”."""
    if view.analysis.device is not None:
        return view.title
    environment = view.record.environment
    return (environment and environment.cpu) or "the machine that measured"


def _answer(view: AnalysisView) -> Iterator[Block]:
    """What is recommended, why, and what could go wrong; exact terms stand behind the plain words, in small type."""
    analysis, choice = view.analysis, view.recommendation
    if choice is None:
        yield Lead(spans(analysis_text.heading(analysis)))
    else:
        yield Lead((*spans(f"{analysis_text.VERDICTS[analysis.verdict]}: {analysis_text.heading(analysis)}"),
                      *_in_figures(choice.candidate, view)))  # fmt: skip
        lines = plain_answer(choice, analysis)
        yield Bullets(tuple(spans(f"**{line.question}** {line.answer}", line.exact) for line in lines))
        yield _of_recommended(choice.candidate, view)
    for text in (analysis_text.limits_summary(analysis), analysis_text.grounds(analysis)):
        if text:
            yield Paragraph(spans(text))
    risks = risk_text.risks(choice.candidate, analysis.limits, analysis.quality) if choice else []
    if risks:
        yield Heading("What could go wrong")
        yield Bullets(tuple(spans(risk.text, risk.exact) for risk in risks))


def _in_figures(candidate: Candidate, view: AnalysisView) -> Spans:
    """Quality and first cost of the recommended variant, each with its provenance."""
    objectives = [view.analysis.quality, view.analysis.axes[0]]
    parts = [
        f"{objective.noun} {short(value)} ({provenance_title(value)})"
        for objective in objectives
        if (value := candidate.estimates.get(objective)) is not None
    ]
    return words(f": {', '.join(parts)}.")


def _of_recommended(candidate: Candidate, view: AnalysisView) -> FigureTable:
    """The estimates of the recommended variant beside the limits."""
    limits = view.analysis.limits
    rows = []
    for objective in view.analysis.objectives:
        value, limit = candidate.estimates.get(objective), limits.get(objective)
        sign = "≥" if objective.higher_is_better else "≤"
        bound = "" if limit is None else f"{sign} {figure(limit, objective.unit)}"
        written = estimate(value) if value else "not known"
        origin = provenance_title(value) if value else candidate.missing.get(objective, "")
        if value or bound:
            rows.append(Row((Cell(objective.title), Cell(written), Cell(bound), Cell(origin))))
    return FigureTable((Cell("Of the recommended variant"), Cell("Figure"), Cell("Limit"), Cell("It is")), tuple(rows))


def _charts(view: AnalysisView) -> Iterator[Block]:
    """A front for each axis of which anything is known, and the legend."""
    quality = view.analysis.quality
    charts = tuple(
        vector_chart(drawn, LIGHT, PICTURE_PX, f"{quality.title} against {axis.noun}", _described(view, axis))
        for axis, (drawn,) in list(front_figures([view], LIGHT).items())[:_FRONTS]
        if view.columns.drawable(axis).any()
    )
    if not charts:
        return
    key = legend([view])
    models = tuple(Span(f"{entry.text}   ", colour=LIGHT.hues[HUES.index(entry.hue)]) for entry in key.models)
    lines = (*key.runtimes, " · ".join(key.signs), " ".join(key.notes))
    yield Heading("Charts")
    yield Charts(charts, (models, *map(small, lines)))


def _described(view: AnalysisView, axis: Objective) -> str:
    """The members of a front, for who does not see it."""
    members = view.analysis.fronts[axis]
    points = [
        f"{naming.point(one.result.point)}: {short(one.estimates[view.analysis.quality])}, {short(one.estimates[axis])}"
        for one in members
    ]
    return f"On the front or perhaps on it, {len(points)}: {'; '.join(points)}."


def _figures(view: AnalysisView) -> Iterator[Block]:
    """A row per variant, the best choice first, with the objectives of which anything is known; what was left out."""
    analysis = view.analysis
    known = [one for one in analysis.objectives if any(one in candidate.estimates for candidate in analysis.candidates)]
    if known:
        common = {objective: _common_provenance(view, objective) for objective in known}
        yield Heading("Figures of all variants")
        yield FigureTable(
            (Cell("Variant"), *(Cell(one.title, common[one]) for one in known)),
            tuple(_row(view, row, known, common) for row in row_order(view)[:_MOST_ROWS].tolist()),
        )
        if (more := len(analysis.candidates) - _MOST_ROWS) > 0:
            yield Paragraph(
                words(f"{more:,} more, none of them a better choice: odviz export {view.record.id} writes them all.")
            )
    if analysis.excluded:
        yield Heading("Left out")
        reasons = (f"{naming.point(one.host_point)}: {one.why_excluded}" for one in analysis.excluded)
        yield Bullets(tuple(map(words, reasons)))


def _common_provenance(view: AnalysisView, objective: Objective) -> str:
    """Where all figures of an objective come from; empty if they do not all come from the same."""
    origins = {
        provenance_title(one.estimates[objective]) for one in view.analysis.candidates if objective in one.estimates
    }
    return origins.pop() if len(origins) == 1 else ""


def _row(view: AnalysisView, row: int, known: Sequence[Objective], common: Mapping[Objective, str]) -> Row:
    candidate = view.analysis.candidates[row]
    is_recommended = row == view.recommended_row
    broken = violations(candidate)
    notes = ["recommended"] if is_recommended else []
    notes += [f"breaks: {broken}"] if broken else []
    cells = [Cell(view.columns.labels[row], "; ".join(notes))]
    for objective in known:
        value = candidate.estimates.get(objective)
        if value is None:
            cells.append(Cell("not known"))
        else:
            cells.append(Cell(estimate(value), "" if common[objective] else provenance_title(value)))
    return Row(tuple(cells), is_recommended)


def _assumptions(view: AnalysisView) -> Iterator[Block]:
    """Limits, margin, where figures come from, and how well projections hold."""
    analysis, plan = view.analysis, view.record.plan
    limits = analysis_text.limit_texts(analysis.limits)
    margin = difference(analysis.margin, analysis.quality.unit)
    lines = [
        f"Limits: {', '.join(limits)}." if limits else "No limit was set.",
        f"For a faster variant, {margin} of {analysis.quality.noun} may be given away.",
        "In brackets: intervals of 95 %, of projections 90 %. A range without a value is all that is known.",
        _origins(view),
    ]
    considered = {one.host_point.variant.model for one in (*analysis.candidates, *analysis.excluded)}
    if considered < set(plan.models):
        titles = (naming.model(plan.task, name) for name in plan.models if name in considered)
        lines.append(f"Of the models only these were considered: {', '.join(titles)}.")
    projections = filter(None, (projection_text.summary(view), *projection_text.explanations(view)))
    yield Heading("What is assumed")
    yield Bullets((*map(words, lines), *map(spans, projections)))


def _origins(view: AnalysisView) -> str:
    """How many figures of each objective come from where."""
    tallies = []
    for objective in view.analysis.objectives:
        values = [one.estimates[objective] for one in view.analysis.candidates if objective in one.estimates]
        origins = Counter(provenance_title(value) for value in values)
        if origins:
            tallies.append(
                f"{objective.noun} {', '.join(f'{number} {origin}' for origin, number in origins.most_common())}"
            )
    same = " What was measured was measured with the same files on the machine below." if view.analysis.device else ""
    return f"Where the figures on {_device_title(view)} come from: {'; '.join(tallies)}.{same}"
