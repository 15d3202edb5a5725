"""Reliability diagram: how often predictions of each confidence are right, before and after compression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from odviz.charts.figure import Figure, Trace
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.domain.calibration import CalibrationReport, ConfidenceBin
from odviz.units import estimate, percent

HEIGHT = 380
_SIZE_PX = 10


def reliability_diagram(report: CalibrationReport, look: Look) -> Figure:
    """Draw the bins of both networks with their intervals, and the line on which confidence is right.

    Args:
        report: of a variant and its network.
        look: colours.
    """
    least = min(one.confidence for bins in (report.before.bins, report.now.bins) for one in bins)
    lowest = min(one.accuracy.low for bins in (report.before.bins, report.now.bins) for one in bins)
    start = 100 * min(least, lowest) - 2
    line = {
        "type": "scatter",
        "x": [start, 100],
        "y": [start, 100],
        "mode": "lines",
        "name": "as sure as right",
        "line": {"color": look.muted, "width": 1, "dash": "dash"},
        "hoverinfo": "skip",
    }
    x = {"title": {"text": "Confidence (%)"}, "range": [start, 101]}
    y = {"title": {"text": "Right (%)"}, "range": [start, 101]}
    return {
        "data": [
            line,
            _bins(report.before.bins, "before", "circle-open", look.muted),
            _bins(report.now.bins, "compressed", "diamond", look.hues[1]),
        ],
        "layout": with_legend(x, y, look, HEIGHT),
    }


def _bins(bins: Sequence[ConfidenceBin], name: str, symbol: str, colour: str) -> Trace:
    shares = np.array([one.accuracy.centre for one in bins])
    return {
        "type": "scatter",
        "x": 100 * np.array([one.confidence for one in bins]),
        "y": 100 * shares,
        "mode": "markers",
        "name": name,
        "marker": {"symbol": symbol, "size": _SIZE_PX, "color": colour, "line": {"width": 2}},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": 100 * (np.array([one.accuracy.high for one in bins]) - shares),
            "arrayminus": 100 * (shares - np.array([one.accuracy.low for one in bins])),
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        "hovertext": [
            f"{percent(one.confidence, 1)} sure<br>right: {estimate(one.accuracy)}<br>{one.accuracy.n:,} items"
            for one in bins
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
