"""Explore as one HTML file: limits, recommendations, charts with their legend, tables, excluded variants."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape

from odviz.analysis.analysis import Analysis
from odviz.analysis.candidates import Candidate
from odviz.charts import LIGHT
from odviz.charts.palette import HUES
from odviz.charts.text import PROVENANCE_TITLES
from odviz.report import analysis_text, figure_table, projection_text, risk_text
from odviz.report.chart_embedding import embedded
from odviz.report.front_figures import front_figures
from odviz.report.imported import imported_note
from odviz.report.legend import Legend, legend
from odviz.report.markdown import safe
from odviz.report.plain_answer import plain_answer
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.units import digits, estimate

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1400px; padding: 0 1rem; color: #1f2430 }
.two { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 1rem }
.two > div { min-width: 0 }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: 13px; white-space: nowrap }
th, td { border-bottom: 1px solid #d5d9e0; padding: 4px 8px; text-align: left }
.small { font-size: 13px; color: #5d6470 }
"""


def html(views: Sequence[AnalysisView], selected: Sequence[int]) -> str:
    """A self-contained page that works offline.

    Args:
        views: the analyses on the page.
        selected: positions in the plan of the selected variants.
    """
    record = views[0].record
    title = escape(f"{naming.task(record.plan.task)} on {' and '.join(map(_device_title, views))}")
    when = f"{record.last_measured.astimezone():%d %B %Y, %H:%M}"
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="small">Measured by odviz, {when}, id {escape(record.id)}. {escape(_limits(views[0].analysis))}</p>',
        *([f"<p><b>{escape(imported)}</b></p>"] if (imported := imported_note(record)) else ()),
        *(part for view in views for part in _recommendation(view, show_device=len(views) > 1)),
    ]
    if any(len(view.columns) for view in views):
        parts += ["<h2>Fronts</h2>", f'<p class="small">{_legend(legend(views))}</p>']
        figures = front_figures(views, LIGHT, selected)
        parts.append(embedded([figure for row in figures.values() for figure in row]))
    parts += [part for view in views for part in (*_table(view), *_excluded(view))]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · odviz</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _limits(analysis: Analysis) -> str:
    texts = analysis_text.limit_texts(analysis.limits)
    return f"Limits: {', '.join(texts)}." if texts else "No limit was set."


def _recommendation(view: AnalysisView, show_device: bool) -> list[str]:
    """What is recommended, why, and what could go wrong; exact terms stand behind the plain words, in grey."""
    analysis, choice = view.analysis, view.recommendation
    parts = [f"<h2>{escape(_device_title(view))}</h2>"] if show_device else []
    verdict = f"{analysis_text.VERDICTS[analysis.verdict]}: " if choice else ""
    parts.append(f"<h3>{escape(verdict)}{_to_html(analysis_text.heading(analysis))}</h3>")
    if choice:
        lines = plain_answer(choice, analysis)
        parts.append(_list([_with_exact(f"**{line.question}** {line.answer}", line.exact) for line in lines]))
        parts.append(_estimates(choice.candidate, analysis))
    paragraphs = [text(analysis) for text in (analysis_text.limits_summary, analysis_text.grounds)]
    paragraphs.append(projection_text.summary(view))
    parts += [f"<p>{_to_html(paragraph)}</p>" for paragraph in paragraphs if paragraph]
    risks = risk_text.risks(choice.candidate, analysis.limits, analysis.quality) if choice else []
    if risks:
        parts.append(f"<p>What could go wrong:</p>{_list([_with_exact(risk.text, risk.exact) for risk in risks])}")
    return parts


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _with_exact(text: str, exact: str) -> str:
    return _to_html(text) + (f' <span class="small">{_to_html(exact)}</span>' if exact else "")


def _device_title(view: AnalysisView) -> str:
    """Title of the device; the host by its processor, as readers elsewhere do not know “this machine”."""
    if view.analysis.device is not None:
        return view.title
    environment = view.record.environment
    return f"{view.title.lower()} ({(environment and environment.cpu) or 'processor not known'})"


def _estimates(candidate: Candidate, analysis: Analysis) -> str:
    """The estimates of the recommended variant with their intervals and provenances."""
    rows = [
        f"<tr><th>{escape(objective.title)}</th><td>{escape(estimate(value))}</td>"
        f"<td>{escape(PROVENANCE_TITLES[value.provenance])}</td></tr>"
        for objective in analysis.objectives
        if (value := candidate.estimates.get(objective)) is not None
    ]
    return f"<table>{''.join(rows)}</table>"


def _table(view: AnalysisView) -> list[str]:
    columns = figure_table.table_columns(view, figure_table.row_order(view))
    if not columns:
        return []
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = ("".join(f"<td>{_cell(value)}</td>" for value in row) for row in zip(*columns.values(), strict=True))
    body = f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    return [f"<h2>All figures, {escape(view.title)}</h2>", f'<div class="wide">{body}</div>']


def _excluded(view: AnalysisView) -> list[str]:
    """Variants without estimates, each with the reason."""
    reasons = [
        f"<li>{escape(f'{naming.point(candidate.host_point)}: {candidate.why_excluded}')}</li>"
        for candidate in view.analysis.excluded
    ]
    return [f"<h2>Left out, {escape(view.title)}</h2><ul>{''.join(reasons)}</ul>"] if reasons else []


def _cell(value: object) -> str:
    """A cell of the table; an unknown value is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        number = f"{value + 0.0:.0f}" if value.is_integer() else digits(value, 4)
        return (number.rstrip("0").rstrip(".") if "." in number else number).replace("-", "−")
    text = escape(str(value))
    return f'<a href="{text}">open</a>' if safe(str(value)) else text


def _legend(legend: Legend) -> str:
    models = (
        f'<span style="color: {LIGHT.hues[HUES.index(entry.hue)]}">{escape(entry.text)}</span>'
        for entry in legend.models
    )
    lines = (*legend.runtimes, " · ".join(legend.signs), " ".join(legend.notes))
    return "<br>".join([" · ".join(models), *map(escape, lines)])


def _to_html(markdown: str) -> str:
    """Wording of this package, whose Markdown is limited to bold text and escaped characters, as HTML."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(markdown)))
