"""Charts: pure functions from candidates to plotly figures, without Streamlit or I/O."""

from odviz.charts.columns import Columns, columns
from odviz.charts.figure import Figure, ready
from odviz.charts.front import front
from odviz.charts.palette import DARK, LIGHT, Look
from odviz.charts.parallel import parallel

__all__ = ["DARK", "LIGHT", "Columns", "Figure", "Look", "columns", "front", "parallel", "ready"]
