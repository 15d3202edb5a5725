"""Pure: what is known of points in, plotly figures out. No Streamlit, no store."""

from odviz.charts.columns import Columns, columns
from odviz.charts.figure import Figure, ready
from odviz.charts.front import front
from odviz.charts.palette import DARK, LIGHT, Look
from odviz.charts.parallel import parallel

__all__ = ["DARK", "LIGHT", "Columns", "Figure", "Look", "columns", "front", "parallel", "ready"]
