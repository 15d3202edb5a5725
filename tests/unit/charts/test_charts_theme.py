"""Figures with a look of their own."""

import plotly.graph_objects as go

from odviz.charts import LIGHT, ready
from odviz.charts.theme import with_own_look


def test_what_a_figure_says_of_its_look_stays_and_the_rest_is_added():
    title = {"text": "Title", "font": {"size": 14}}
    figure = {"data": [{"type": "scatter"}], "layout": {"height": 70, "title": title, "xaxis": {"range": [0, 1]}}}
    layout = go.Figure(ready(with_own_look(figure, LIGHT)).to_dict()).layout
    assert (layout.title.text, layout.title.font.size, layout.title.font.color) == ("Title", 14, LIGHT.text)
    assert layout.height == 70 and layout.xaxis.range == (0, 1) and layout.xaxis.automargin
    assert title == {"text": "Title", "font": {"size": 14}}
    assert ready(with_own_look(figure, LIGHT)).to_dict()["layout"]["template"] is None
