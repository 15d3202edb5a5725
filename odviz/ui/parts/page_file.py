"""What Explore shows as one HTML file: limits, answers, figures with their legend, tables, what was left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape

from odviz.analysis.candidates import Candidate
from odviz.charts import LIGHT, ready
from odviz.charts.palette import HUES
from odviz.charts.text import PROVENANCE_TITLES
from odviz.objectives import objectives
from odviz.services import naming
from odviz.ui import text
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import safe
from odviz.ui.parts import legend, limits, projection_quality, table
from odviz.ui.parts.fronts import FrontFigures, front_figures
from odviz.units import digits, estimate

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1400px; padding: 0 1rem; color: #1f2430 }
.two { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 1rem }
.two > div { min-width: 0 }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: 13px; white-space: nowrap }
th, td { border-bottom: 1px solid #d5d9e0; padding: 4px 8px; text-align: left }
.small { font-size: 13px; color: #5d6470 }
"""


def html(views: Sequence[AnalysisView], picked: Sequence[int]) -> str:
    """A page of its own that needs no network.

    Args:
        views: what is shown, each under its limits.
        picked: places in the plan of what is selected.
    """
    record = views[0].record
    title = escape(f"{naming.task(record.plan.task)} on {' and '.join(map(_place, views))}")
    when = f"{record.created.astimezone():%d %B %Y, %H:%M}"
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="small">Measured by odviz, {when}, id {escape(record.id)}. {escape(_limits(views[0]))}</p>',
        *(part for view in views for part in _answer(view, len(views) > 1)),
    ]
    if any(len(view.columns) for view in views):
        lines = [" · ".join(map(_entry, line)) for line in legend.entries(views)]
        parts += ["<h2>Fronts</h2>", f'<p class="small">{"<br>".join(lines)}</p>']
        parts.append(f'<div class="two">{"".join(_charts(front_figures(views, LIGHT, picked)))}</div>')
    parts += [part for view in views for part in (*_table(view), *_left_out(view))]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · odviz</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _limits(view: AnalysisView) -> str:
    said = limits.said(view.analysis.limits)
    return f"Limits: {', '.join(said)}." if said else "No limit was set."


def _answer(view: AnalysisView, headed: bool) -> list[str]:
    """What is recommended, why, and what could go wrong."""
    analysis, advice = view.analysis, view.recommendation
    parts = [f"<h2>{escape(_place(view))}</h2>"] if headed else []
    if advice is None:
        said = f"{text.satisfying(analysis)} {text.miss(analysis)}"
        return [*parts, f"<h3>{escape(text.no_answer(analysis))}</h3>", f"<p>{_plain(said)}</p>", *_trust(view)]
    why = f"{text.why(advice, analysis)} {text.satisfying(analysis)}"
    risks = "".join(f"<li>{_plain(each)}</li>" for each in text.risks(advice.candidate, analysis.limits))
    parts += [f"<h3>{_plain(text.headline(advice))}</h3>", _figures(advice.candidate), f"<p>{_plain(why)}</p>"]
    parts += _trust(view)
    return [*parts, f"<p>What could go wrong:</p><ul>{risks}</ul>"] if risks else parts


def _trust(view: AnalysisView) -> list[str]:
    said = projection_quality.sentence(view)
    return [f"<p>{_plain(said)}</p>"] if said else []


def _place(view: AnalysisView) -> str:
    """The machine by its name; this one by its processor, which another reader would not know."""
    if view.analysis.device is not None:
        return view.title
    environment = view.record.environment
    return f"{view.title.lower()} ({(environment and environment.cpu) or 'processor not known'})"


def _figures(candidate: Candidate) -> str:
    """What is recommended in figures, each with its interval and where it comes from."""
    rows = [
        f"<tr><th>{text.title(each)}</th><td>{escape(estimate(known))}</td><td>{escape(PROVENANCE_TITLES[known.provenance])}</td></tr>"
        for each in objectives()
        if (known := candidate.estimates.get(each)) is not None
    ]
    return f"<table>{''.join(rows)}</table>"


def _charts(drawn: FrontFigures) -> list[str]:
    """All figures, with the one copy of plotly that they need."""
    from plotly.io import to_html

    every = [figure for row in drawn.values() for figure in row]
    return [
        to_html(
            ready(figure),
            full_html=False,
            include_plotlyjs=index == 0,
            config={"displayModeBar": False, "responsive": True},
            validate=False,
        )
        for index, figure in enumerate(every)
    ]


def _table(view: AnalysisView) -> list[str]:
    columns = table.cells(view)
    if not columns:
        return []
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = ("".join(f"<td>{_cell(value)}</td>" for value in row) for row in zip(*columns.values(), strict=True))
    text = f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    return [f"<h2>All figures, {escape(view.title)}</h2>", f'<div class="wide">{text}</div>']


def _left_out(view: AnalysisView) -> list[str]:
    """Variants without figures, each with its reason."""
    out = view.analysis.excluded
    said = [f"{naming.point(each.point)}: {each.failure.reason if each.failure else 'not measured'}" for each in out]
    reasons = "".join(f"<li>{escape(each)}</li>" for each in said)
    return [f"<h2>Left out, {escape(view.title)}</h2><ul>{reasons}</ul>"] if out else []


def _cell(value: object) -> str:
    """A cell of the table; a figure that is not known is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        written = f"{value:.0f}" if value.is_integer() else digits(value, 4)
        return (written.rstrip("0").rstrip(".") if "." in written else written).replace("-", "−")
    text = escape(str(value))
    return f'<a href="{text}">open</a>' if safe(str(value)) else text


def _entry(entry: legend.Entry) -> str:
    colour = LIGHT.hues[HUES.index(entry.hue)] if entry.hue in HUES else LIGHT.muted
    return f'<span style="color: {colour}">{escape(entry.text)}</span>'


def _plain(text: str) -> str:
    """A sentence of `words`, whose Markdown is bold and signs that stand for themselves."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text)))
