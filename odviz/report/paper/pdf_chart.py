"""A chart as lines, shapes and texts of a PDF page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fpdf import FPDF

from odviz.charts.vector_chart import Circle, Place, Shape, VectorChart, Words

_POINTS_PER_MM = 72 / 25.4


def draw(
    pdf: FPDF, chart: VectorChart, left: float, top: float, width: float, family: str, written: Callable[[str], str]
) -> None:
    """Draw a chart.

    Args:
        pdf: drawn on its page.
        chart: what is drawn.
        left: of the chart, in millimetres.
        top: likewise.
        width: likewise; the height follows from it.
        family: typeface.
        written: turns a text into one that the typeface can write.
    """
    pen = _Pen(pdf, left, top, width / chart.width, family, written)
    pen.shapes(chart.frame)
    plot = chart.plot
    x, y = pen.place((plot.left, plot.top))
    # `rect_clip` alone would forget the colours that are set within it.
    with pdf.local_context(), pdf.rect_clip(x, y, plot.width * pen.scale, plot.height * pen.scale):
        pen.shapes(chart.inside)
    for words in chart.words:
        pen.words(words)


class _Pen:
    """Draws in pixels of a chart.

    Attributes:
        scale: millimetres per pixel.
    """

    def __init__(
        self, pdf: FPDF, left: float, top: float, scale: float, family: str, written: Callable[[str], str]
    ) -> None:
        self._pdf, self._left, self._top, self.scale = pdf, left, top, scale
        self._family, self._written = family, written

    def place(self, place: Place) -> Place:
        """A place on the page, in millimetres."""
        return self._left + self.scale * place[0], self._top + self.scale * place[1]

    def shapes(self, shapes: Sequence[Shape]) -> None:
        """Draw shapes from back to front."""
        for shape in shapes:
            self._shape(shape)

    def _shape(self, shape: Shape) -> None:
        pdf, style = self._pdf, ("D" if shape.stroke else "") + ("F" if shape.fill else "")
        pdf.set_line_width(shape.width * self.scale)
        if shape.stroke:
            pdf.set_draw_color(shape.stroke)
        if shape.fill:
            pdf.set_fill_color(shape.fill)
        if isinstance(shape, Circle):
            pdf.circle(*self.place(shape.centre), shape.radius * self.scale, style=style)
            return
        if shape.dash:
            pdf.set_dash_pattern(*(length * self.scale for length in shape.dash))
        pdf.polyline([self.place(one) for one in shape.places], polygon=bool(shape.fill), style=style)
        if shape.dash:
            pdf.set_dash_pattern()

    def words(self, words: Words) -> None:
        """Write a line of text."""
        pdf, text = self._pdf, self._written(words.text)
        pdf.set_font(self._family, size=words.size * self.scale * _POINTS_PER_MM)
        pdf.set_text_color(words.colour)
        x, y = self.place(words.place)
        if words.turned:
            with pdf.rotation(90, x, y):
                pdf.text(x - words.anchor * pdf.get_string_width(text), y, text)
        else:
            pdf.text(x - words.anchor * pdf.get_string_width(text), y, text)
