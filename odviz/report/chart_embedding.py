"""Interactive charts inside an HTML file that works offline.

The file contains plotly.js's basic bundle, compressed: a tenth of the complete plotly.js. `plotly/` holds it as npm
distributes it: `npm pack plotly.js-basic-dist-min@VERSION`, then `gzip -n -9 package/plotly-basic.min.js`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from odviz.charts import Figure, ready

_SCRIPT = """
const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), one => one.charCodeAt(0));
const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
new Response(plain).text().then(source => {
  const script = document.createElement("script");
  script.textContent = source;
  document.head.append(script);
  const {template, figures} = JSON.parse(document.getElementById("figures").textContent);
  figures.forEach(({data, layout}, index) =>
    Plotly.newPlot(`chart-${index}`, data, {...layout, template}, {displayModeBar: false, responsive: true}));
});
"""


def embedded(figures: Sequence[Figure]) -> str:
    """HTML of figures, one `div` each, with everything that draws them.

    Args:
        figures: from `odviz.charts`.
    """
    ready_figures = [ready(figure).to_dict() for figure in figures]
    template = ready_figures[0]["layout"]["template"] if ready_figures else {}
    content = {"template": template, "figures": [_without_template(figure) for figure in ready_figures]}
    # A text of others may contain the end of a script.
    written = json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")
    places = "".join(f'<div id="chart-{index}"></div>' for index in range(len(ready_figures)))
    return (
        f'<div class="two">{places}</div>'
        f'<script type="application/json" id="figures">{written}</script>'
        f'<script type="text/plain" id="plotly">{base64.b64encode(plotly_js()).decode("ascii")}</script>'
        f"<script>{_SCRIPT}</script>"
    )


def plotly_js() -> bytes:
    """plotly.js's basic bundle, compressed by gzip."""
    return (resources.files("odviz.report") / "plotly" / "plotly-basic.min.js.gz").read_bytes()


def _without_template(figure: Figure) -> dict[str, Any]:
    """A figure for the basic bundle, which draws points without the graphics card."""
    traces = [trace | {"type": trace["type"].removesuffix("gl")} for trace in figure["data"]]
    return {"data": traces, "layout": {name: value for name, value in figure["layout"].items() if name != "template"}}
