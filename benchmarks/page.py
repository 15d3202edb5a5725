"""The dashboard's speed: start to first chart against an empty Streamlit app, and a rerun with 10,000 points.

Start: from the launch of the server to what chromium shows, three apps in turns, each time with a new server and
nothing in the browser's cache. Two of them are empty: one shows a heading, the other a chart of one point, which takes
the browser what fetching plotly.js takes. odviz opens Explore on a benchmark of 26 points.

Rerun: what the server works after a person has changed a limit or a selection, 10,000 operating points on the page
(`views.explore.render` in Streamlit's own test harness), points and figures as `benchmarks/_many.py` invents them.

`python -m benchmarks page`
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from benchmarks import _many
from benchmarks._common import HOME, ROOT, goal, note, parser, table
from odviz.ui.parts.fronts import PICK
from odviz.ui.views import explore
from tests.e2e.serving import chromium, serving

TIMES, QUICKEST_S, SHARE = 1.5, 0.3, 95
APPS = {
    "empty, its heading": ('import streamlit as st\n\nst.title("Empty")\n', "h1"),
    "empty, its one chart": (
        "import streamlit as st\n\n"
        'st.plotly_chart({"data": [{"type": "scatter", "mode": "markers", "x": [1], "y": [1]}], "layout": {}})\n',
        ".js-plotly-plot .scatterlayer .point",
    ),
    "odviz, its first chart": ("", ".js-plotly-plot .scatterlayer .point"),
}
"""Script, and what is waited for; odviz is its own app.py."""

_WAIT_MS = 120_000


def fresh(name: str, points: int) -> Path:
    """A home of its own with a benchmark of so many points."""
    home = HOME / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    os.environ["ODVIZ_HOME"] = str(home)
    _many.fill(points)
    return home


def start(browser: Browser, home: Path, script: Path, seen: str) -> float:
    """Seconds from the launch of a server until the browser shows `seen`."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    began = time.perf_counter()
    with serving(home, script) as server:
        page.goto(server.url)
        page.locator(seen).first.wait_for(state="attached", timeout=_WAIT_MS)
        took = time.perf_counter() - began
    context.close()
    return took


def starts(launches: int) -> dict[str, list[float]]:
    """Seconds of each app, launched in turns."""
    home = fresh("page-start", 26)
    taken: dict[str, list[float]] = {name: [] for name in APPS}
    with chromium() as browser:
        for number in range(launches):
            note(f"launch {number + 1} of {launches}")
            for name, (text, seen) in APPS.items():
                script = ROOT / "app.py"
                if text:
                    script = home / "empty.py"
                    script.write_text(text, encoding="utf-8")
                taken[name].append(start(browser, home, script, seen))
    return taken


def reruns(points: int, count: int) -> list[float]:
    """Seconds of each rerun of Explore after a limit or the selection has changed."""
    fresh("page-many", points)
    taken: list[float] = []
    render = explore.render

    def timed() -> None:
        began = time.perf_counter()
        render()
        taken.append(time.perf_counter() - began)

    explore.render = timed  # what pages/explore.py calls
    try:
        note(f"first look at {points:,} points")
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600).run()
        assert not app.exception, app.exception[0].message
        taken.clear()
        for number in range(count):
            note(f"rerun {number + 1} of {count}")
            if number % 2:
                app.session_state[PICK] = (number, 3 * number)
            else:
                # Every other time one that no point keeps: the page then looks for what comes nearest.
                app.number_input(key="deadline").set_value(0.2 + 0.1 * number if number % 4 else 1e-4 * (1 + number))
            app.run()
            assert not app.exception, app.exception[0].message
    finally:
        explore.render = render
    return taken


def main() -> None:
    tiny = parser(__doc__).parse_args().tiny
    taken = starts(1 if tiny else 7)
    *empty, ours = taken.values()
    rows = [[name, f"{median(each):.2f} s", f"{min(each):.2f} to {max(each):.2f} s"] for name, each in taken.items()]
    print(table(("From the launch to what it shows", "Median", "All"), rows) + "\n")
    for name, bare in zip(taken, empty, strict=False):
        ratio = median(own / each for own, each in zip(ours, bare, strict=True))
        print(f"odviz against an app that is {name}: {ratio:.2f} × (median of {len(ours)} pairs).\n")
        print(goal(f"first chart within {TIMES} × of that", ratio <= TIMES) + "\n")
    points, count = (200, 4) if tiny else (10_000, 60)
    again = reruns(points, count)
    middle, late = np.percentile(again, [50, SHARE])
    print(table(("Rerun with", "Median", "p95", "Longest"), [
        [f"{points:,} points", f"{middle:.3f} s", f"{late:.3f} s", f"{max(again):.3f} s"]
    ]) + f"\n\n{count} reruns.\n")  # fmt: skip
    print(goal(f"a rerun with {points:,} operating points within {QUICKEST_S} s at p95", late <= QUICKEST_S))


if __name__ == "__main__":
    main()
