import base64

import numpy as np
import plotly.graph_objects as go
from plotly.tools import return_figure_from_figure_or_data

from odviz.charts import ready

FIGURE = {
    "data": [{"type": "scatter", "x": np.array([0.1, np.nan]), "customdata": np.arange(2), "hovertext": ["é", "b"]}],
    "layout": {"height": 70},
}


def test_what_leaves_is_what_was_drawn():
    figure = go.Figure(ready(FIGURE).to_dict())  # plotly finds nothing wrong with it
    (trace,) = figure.data
    assert figure.layout.height == 70 and trace.hovertext == ("é", "b")
    assert trace.customdata == (0, 1) and trace.x == (0.1, None)
    assert FIGURE["data"][0]["x"][0] == 0.1  # what was drawn stays as it was


def test_many_numbers_are_packed():
    numbers = np.append(np.arange(999) / 10, np.nan)
    (trace,) = go.Figure(ready({"data": [{"x": numbers, "customdata": np.arange(1000)}], "layout": {}}).to_dict()).data
    assert (trace.x["dtype"], trace.customdata["dtype"]) == ("f8", "i4")
    assert base64.b64decode(trace.x["bdata"]) == numbers.astype("<f8").tobytes()
    assert base64.b64decode(trace.customdata["bdata"]) == np.arange(1000, dtype="<i4").tobytes()


def test_it_has_the_template_that_plotly_would_give_it():
    assert ready(FIGURE).to_dict()["layout"]["template"] == go.Figure().layout.template.to_plotly_json()
    own = ready(FIGURE | {"layout": {"template": "none"}})
    assert own.to_dict()["layout"]["template"] == "none"


def test_streamlit_sends_it_without_a_look_at_it():
    wrong = ready({"data": [{"type": "no such trace"}], "layout": {}})
    assert return_figure_from_figure_or_data(wrong, validate_figure=True)["data"] == [{"type": "no such trace"}]
