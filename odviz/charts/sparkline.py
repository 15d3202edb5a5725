"""Curves as a small picture (SVG), for many beside each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.charts.palette import Look

WIDTH, HEIGHT = 220, 90
"""Size of the picture, pixels."""

_MOST_POINTS = 220


def sparkline(curves: NDArray[np.float64], look: Look) -> str:
    """Draw curves over each other, on one scale.

    Args:
        curves: shape (channels, length); what is not finite is drawn as zero.
        look: colours.
    """
    drawn = np.nan_to_num(curves[:, :: -(-curves.shape[1] // _MOST_POINTS)], posinf=0, neginf=0)
    low, high = float(drawn.min()), float(drawn.max())
    x = np.linspace(2, WIDTH - 2, drawn.shape[1])
    y = HEIGHT - 4 - (HEIGHT - 8) * (drawn - low) / ((high - low) or 1)
    hues = [look.hues[channel % len(look.hues)] for channel in range(len(y))]
    lines = [
        f'<polyline fill="none" stroke="{hue}" stroke-width="1.2" points="{_points(x, row)}"/>'
        for hue, row in zip(hues, y, strict=True)
    ]
    frame = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{look.grid}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{frame}{''.join(lines)}</svg>"
    )


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    return " ".join(f"{right:.1f},{up:.1f}" for right, up in zip(x.tolist(), y.tolist(), strict=True))
