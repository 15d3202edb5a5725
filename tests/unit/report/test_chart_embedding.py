import gzip
import json
import re

import numpy as np
import plotly.offline

from odviz.report.chart_embedding import embedded, plotly_js

FIGURE = {"data": [{"type": "scattergl", "x": np.array([1.0, 2.0]), "text": "</script><b>"}], "layout": {"height": 3}}


def test_the_bundle_is_that_of_the_installed_plotly_with_its_licence():
    source = gzip.decompress(plotly_js()).decode()
    version, licence = plotly.offline.get_plotlyjs_version(), "Licensed under the MIT license"
    assert f"plotly.js (basic - minified) v{version}" in source[:200] and licence in source[:300]


def test_the_charts_fit_into_a_small_file_and_end_no_script():
    html = embedded([FIGURE, FIGURE])
    assert len(html) < 0.7e6 and html.count('<div id="chart-') == 2
    (written,) = re.findall(r'id="figures">(.*?)</script>', html)
    content = json.loads(written)
    assert content["template"] and [figure["layout"] for figure in content["figures"]] == [{"height": 3}] * 2
    (trace,) = content["figures"][0]["data"]
    assert trace["type"] == "scatter" and trace["text"] == "</script><b>" and trace["x"]["dtype"] == "f8"
