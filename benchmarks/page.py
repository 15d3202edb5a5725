"""The dashboard's speed: start to first chart against an empty Streamlit app, and a rerun with 10,000 points.

Start: from the launch of the server to what chromium shows, the two apps in turns, each time with a new server and
nothing in the browser's cache. The empty app shows one heading; odviz opens Explore on a benchmark of 26 points.

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
EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
_WAIT_MS = 120_000
_DRAWN = ".js-plotly-plot .main-svg"


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
        page.locator(seen).first.wait_for(timeout=_WAIT_MS)
        took = time.perf_counter() - began
    context.close()
    return took


def starts(launches: int) -> tuple[list[float], list[float]]:
    """Seconds of the empty app and of odviz, launched in turns."""
    home = fresh("page-start", 26)
    script = home / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    empty, ours = [], []
    with chromium() as browser:
        for number in range(launches):
            note(f"launch {number + 1} of {launches}")
            empty.append(start(browser, home, script, "h1"))
            ours.append(start(browser, home, ROOT / "app.py", _DRAWN))
    return empty, ours


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
                app.number_input(key="deadline").set_value(0.2 + 0.1 * number)
            app.run()
            assert not app.exception, app.exception[0].message
    finally:
        explore.render = render
    return taken


def main() -> None:
    tiny = parser(__doc__).parse_args().tiny
    empty, ours = starts(1 if tiny else 7)
    ratio = median(own / bare for own, bare in zip(ours, empty, strict=True))
    rows = [
        ["empty Streamlit app, its heading", f"{median(empty):.2f} s", f"{min(empty):.2f} to {max(empty):.2f} s"],
        ["odviz, its first chart", f"{median(ours):.2f} s", f"{min(ours):.2f} to {max(ours):.2f} s"],
    ]
    print(table(("From the launch to", "Median", "All"), rows))
    print(f"\nMedian ratio of {len(ours)} pairs: {ratio:.2f} ×.\n")
    print(goal(f"first chart within {TIMES} × of an empty app", ratio <= TIMES) + "\n")
    points, count = (200, 4) if tiny else (10_000, 60)
    taken = reruns(points, count)
    middle, late = np.percentile(taken, [50, SHARE])
    print(table(("Rerun with", "Median", "p95", "Longest"), [
        [f"{points:,} points", f"{middle:.3f} s", f"{late:.3f} s", f"{max(taken):.3f} s"]
    ]) + f"\n\n{count} reruns.\n")  # fmt: skip
    print(goal(f"a rerun with {points:,} operating points within {QUICKEST_S} s at p95", late <= QUICKEST_S))


if __name__ == "__main__":
    main()
