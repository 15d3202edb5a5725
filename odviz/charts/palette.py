"""Colours and shapes for light and dark themes, colour-blind-safe and with at least 3:1 contrast.

The hues start from those of Okabe and Ito ("Color Universal Design", 2008), moved until any two differ for protan,
deutan and tritan eyes (see the tests) and each stands out from its background.
Colour is never alone: runtimes differ by shape, provenance by a mark inside it, states by filling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from odviz.domain.estimate import Provenance

HUES = ("blue", "orange", "green", "violet", "yellow")
"""Names of the models' colours in the Streamlit theme, in order."""

DASHES = ("solid", "dash", "dot", "dashdot")
"""Of lines, which tell variants apart without colour."""

SHAPES = ("circle", "square", "diamond", "triangle-up", "pentagon", "star")
"""Plotly symbols of runtimes, in order."""

GLYPHS = ("●", "■", "◆", "▲", "⬟", "★")
"""The same shapes in text."""

MARKS = {
    Provenance.MEASURED: "",
    Provenance.IMPORTED: "-x",
    Provenance.BROWSER: "-x",
    Provenance.OWN: "-x",
    Provenance.PUBLISHED: "-dot",
    Provenance.PROJECTED: "-cross",
    Provenance.MODELLED: "",
}
"""Mark inside the shape of a point, by provenance; a modelled estimate is drawn as a range without a point.

Plotly has three marks, so three provenances share one: all are measured, but not by this odviz on this machine.
"""

SIGNS = {"-x": "an × inside", "-dot": "a dot inside", "-cross": "a cross inside"}
"""The marks in words."""


CONTRAST = 3.0
"""Least contrast of what carries meaning (WCAG 2.2, 1.4.11)."""

_MIXING_STEPS = 100


@dataclass(frozen=True)
class Look:
    """Colours of one theme.

    Attributes:
        background: behind a chart.
        text: of titles and annotations.
        muted: of axes and the step line.
        whisker: of intervals; pale, because they overlap, but at 3:1 contrast.
        grid: of grid lines, which may be pale.
        hues: of models, in the order of `HUES`.
    """

    background: str
    text: str
    muted: str
    whisker: str
    grid: str
    hues: tuple[str, ...]

    @cached_property
    def pale_hues(self) -> tuple[str, ...]:
        """Each hue mixed with as much of the background as contrast allows: of dominated and infeasible candidates."""
        return tuple(self._pale(hue) for hue in self.hues)

    def hue(self, model: str, models: Sequence[str], pale: bool = False) -> str:
        """The colour of a model."""
        return (self.pale_hues if pale else self.hues)[HUES.index(hue_of(model, models))]

    def _pale(self, hue: str) -> str:
        mixtures = [_mixed(hue, self.background, step / _MIXING_STEPS) for step in range(_MIXING_STEPS)]
        return next(one for one in reversed(mixtures) if contrast(one, self.background) >= CONTRAST)


LIGHT = Look(
    "#FFFFFF",
    "#1F2430",
    "#5D6470",
    "rgba(93,100,112,0.72)",
    "#E6E9EE",
    ("#0072B2", "#C05000", "#117733", "#BB5A91", "#5B4A00"),
)
DARK = Look(
    "#12161D",
    "#E8EAED",
    "#A4ABB6",
    "rgba(164,171,182,0.6)",
    "#2A323E",
    ("#4A9BE0", "#E69F00", "#7BD88F", "#F2B5DA", "#F7F2B2"),
)


def hue_of(model: str, models: Sequence[str]) -> str:
    """The name of a model's colour; they repeat after the fifth."""
    return HUES[models.index(model) % len(HUES)]


def shape_of(runtime: str, runtimes: Sequence[str], provenance: Provenance = Provenance.MEASURED) -> str:
    """Plotly's symbol of a point; a mark that a shape cannot carry becomes a dot in it."""
    shape, mark = SHAPES[runtimes.index(runtime) % len(SHAPES)], MARKS[provenance]
    if mark in ("-cross", "-x") and shape not in ("circle", "square", "diamond"):
        mark = "-dot"
    return shape + mark


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours "#rrggbb" (WCAG 2.2, 1.4.11)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def solid(colour: str, background: str, opacity: float = 1.0) -> str:
    """A colour "#rrggbb" or "rgba(r,g,b,a)" as it looks on a background."""
    if colour.startswith("rgba"):
        *parts, alpha = colour.removeprefix("rgba(").removesuffix(")").split(",")
        colour, opacity = "#" + "".join(f"{int(part):02X}" for part in parts), opacity * float(alpha)
    return _mixed(colour, background, 1 - opacity)


def _mixed(one: str, other: str, share: float) -> str:
    """A colour with this share of another in it."""
    parts = ((int(colour[start : start + 2], 16) for colour in (one, other)) for start in (1, 3, 5))
    return "#" + "".join(f"{round((1 - share) * first + share * second):02X}" for first, second in parts)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
