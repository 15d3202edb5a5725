"""Speed and size of the dashboard: first answer, first chart, change of device, rerun with 10,000 operating points.

First answer: nothing has been measured; somebody opens the page, chooses a task and a device, and presses *Measure
now*; until the recommendation and its model file are there, after a real quick benchmark. Clicks are counted by the
browser; a device is found by typing and chosen with Enter. (Its smallest form is a test of `tests/e2e/`.)

Start: from the launch of the server, and from the opening of the page as soon as it answers, until chromium shows the
content; three apps in turns, each time with a new server and an empty browser cache. A second visitor, whose browser
knows nothing either, then opens the page of the same server. Two of the apps are empty: one shows a heading, the other
a chart of one point, whose time includes the download of plotly.js. odviz opens Explore on a benchmark of 26 points.
What the first browser receives until then is counted; all but a few hundred kilobytes are Streamlit's own files, which
odviz sends compressed and the empty apps as they are.

Change of device: on the first visitor's page of the last launch, from the choice of another device until all charts
show it; each device is chosen once.

Rerun: server time after a limit or a selection changes, with 10,000 operating points on the page
(`views.explore.render` in Streamlit's test harness), from the synthetic benchmark of `benchmarks/_synthetic.py`.

`python -m benchmarks page`
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest

from benchmarks import _synthetic
from benchmarks._common import ROOT, goal, note, parse, parser, table, temporary_home
from odviz.report.paper.html import html
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView
from odviz.tasks import TASKS
from odviz.ui import data
from odviz.ui.parts.selection import SELECTED
from odviz.ui.views import explore
from tests.e2e.first_visit import first_answer
from tests.e2e.screen import Screen
from tests.e2e.serving import chromium, new_context, serving

START_RATIO, RERUN_S, PERCENTILE = 1.5, 0.3, 95
OPENED_S, RECEIVED_MB, CHANGE_S, REPORT_MB = 3.0, 6.0, 1.0, 1.5
ANSWER_S, CLICKS = 90, 4
DEVICES = ("Raspberry Pi 5", "Raspberry Pi 4 Model B", "Raspberry Pi Zero 2 W", "Raspberry Pi 3 Model B+")
APPS = {
    "empty, its heading": ('import streamlit as st\n\nst.title("Empty")\n', "h1"),
    "empty, its one chart": (
        "import streamlit as st\n\n"
        'st.plotly_chart({"data": [{"type": "scatter", "mode": "markers", "x": [1], "y": [1]}], "layout": {}})\n',
        ".js-plotly-plot .scatterlayer .point",
    ),
    "odviz, its first chart": ("", ".js-plotly-plot .scatterlayer .point"),
}
"""Name to script (empty for odviz's app.py) and the selector of the content to wait for."""

_WAIT_MS = 120_000
_REST_S = 3.0
"""Between two visitors: what the server computes after the first page is over."""

_SHOWN = """device => [...document.querySelectorAll(".js-plotly-plot")].every(
  chart => chart._fullLayout.title.text.replaceAll("<br>", " ").includes(device))"""
"""Whether the title of every chart names a device."""


class Visit(NamedTuple):
    """A page that shows its content.

    Attributes:
        page: in a browser whose cache was empty.
        opened_s: seconds from the opening of the page.
        received_mb: what the browser received until then.
    """

    page: Page
    opened_s: float
    received_mb: float


class Start(NamedTuple):
    """How an app came up.

    Attributes:
        launched_s: seconds from the launch of the server until the browser shows the content.
        opened_s: seconds from the opening of the page.
        received_mb: what the browser received until then.
        second_s: seconds from the opening of the page by a second visitor.
    """

    launched_s: float
    opened_s: float
    received_mb: float
    second_s: float


@contextmanager
def visited(browser: Browser, url: str, selector: str) -> Iterator[Visit]:
    """A page that shows an element, until the context ends."""
    context = new_context(browser, viewport={"width": 1440, "height": 900})
    page, received = context.new_page(), [0.0]
    page.set_default_timeout(_WAIT_MS)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"] / 1e6))
    opened = time.perf_counter()
    page.goto(url)
    page.locator(selector).first.wait_for(state="attached")
    yield Visit(page, time.perf_counter() - opened, sum(received))
    context.close()


def changes(page: Page, devices: Sequence[str]) -> list[float]:
    """Seconds of each change of device, from the choice until all charts show the device."""
    seconds = []
    for device in devices:
        note(f"change to {device}")
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.get_by_role("combobox", name="Device").first.click()
        page.keyboard.type(device)
        option = page.get_by_role("option", name=re.compile(f"^{re.escape(device)} ·")).first
        option.wait_for()
        began = time.perf_counter()
        option.click()
        page.wait_for_function(_SHOWN, arg=device)
        seconds.append(time.perf_counter() - began)
    return seconds


def first_answers(browser: Browser, device: str) -> list[tuple[str, float, int]]:
    """Title of each task, seconds from the launch of a server with an empty home to the answer, and clicks."""
    found = []
    for task in TASKS:
        note(f"first answer: {task.title}")
        began = time.perf_counter()
        with serving(temporary_home()) as server:
            context = new_context(browser, viewport={"width": 1440, "height": 900})
            clicks = first_answer(Screen(context, server.url), task.title, device)
            found.append((task.title, time.perf_counter() - began, clicks))
            context.close()
    return found


def report_mb(parent: Path, points: int) -> float:
    """Megabytes of a report as HTML."""
    _synthetic.new_home(parent, "report", points)
    view = data.view(data.recent()[0].id)
    report = recommendation_report(AnalysisView("a", view, view.analysis), "odviz report")
    return len(html(report).encode()) / 1e6


def starts(
    browser: Browser, parent: Path, apps: Sequence[str], devices: Sequence[str], launches: int, points: int
) -> tuple[dict[str, list[Start]], list[float]]:
    """Each launch by name of the app, which take turns; and the changes of device on the page of the last one."""
    home, changed = _synthetic.new_home(parent, "page-start", points), []
    found: dict[str, list[Start]] = {name: [] for name in apps}
    for number in range(launches):
        note(f"launch {number + 1} of {launches}")
        for name in apps:
            text, selector = APPS[name]
            script = ROOT / "app.py"
            if text:
                script = home / "empty.py"
                script.write_text(text, encoding="utf-8")
            began = time.perf_counter()
            with serving(home, script) as server:
                launch_s = time.perf_counter() - began
                with visited(browser, server.url, selector) as first:
                    if number + 1 == launches and not text:
                        changed = changes(first.page, devices)
                time.sleep(_REST_S)
                with visited(browser, server.url, selector) as second:
                    second_s = second.opened_s
            found[name].append(Start(launch_s + first.opened_s, first.opened_s, first.received_mb, second_s))
    return found, changed


def reruns(parent: Path, points: int, count: int) -> list[float]:
    """Seconds of each rerun of Explore after a limit or the selection has changed."""
    _synthetic.new_home(parent, "page-rerun", points)
    seconds: list[float] = []
    render = explore.render

    def timed() -> None:
        began = time.perf_counter()
        render()
        seconds.append(time.perf_counter() - began)

    explore.render = timed  # pages/explore.py calls it
    try:
        note(f"first run with {points:,} points")
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600).run()
        assert not app.exception, app.exception[0].message
        app.selectbox(key="deadline_need").set_value("exact").run()
        seconds.clear()
        for number in range(count):
            note(f"rerun {number + 1} of {count}")
            if number % 2:
                app.session_state[SELECTED] = (number, 3 * number)
            else:
                # Every other limit excludes all points: the page then searches for the nearest one.
                app.number_input(key="deadline").set_value(0.2 + 0.1 * number if number % 4 else 1e-4 * (1 + number))
            app.run()
            assert not app.exception, app.exception[0].message
    finally:
        explore.render = render
    return seconds


def main() -> None:
    options = parse(parser(__doc__))
    apps, devices, launches, points, many, count = list(APPS), DEVICES, 7, 26, 10_000, 60
    if options.tiny:
        apps, devices, launches, points, many, count = apps[-1:], devices[:1], 1, 26, 26, 2
    with chromium() as browser:
        answers = [] if options.tiny else first_answers(browser, DEVICES[0])
        found, changed = starts(browser, options.home, apps, devices, launches, points)
    if answers:
        print(table(("First answer", f"For {DEVICES[0]}, from the launch", "Clicks"), [
            [title, f"{seconds:.0f} s", str(clicks)] for title, seconds, clicks in answers
        ]) + "\n")  # fmt: skip
        longest, most = max(answer[1] for answer in answers), max(answer[2] for answer in answers)
        within = longest <= ANSWER_S and most <= CLICKS
        print(goal(f"an answer within {ANSWER_S} s and {CLICKS} clicks", within) + "\n")
    seconds = {name: [one.launched_s for one in launched] for name, launched in found.items()}
    *empty, ours = seconds.values()
    rows = [
        [
            name,
            f"{median(seconds[name]):.2f} s",
            f"{min(seconds[name]):.2f} to {max(seconds[name]):.2f} s",
            f"{median(one.opened_s for one in launched):.2f} s",
            f"{median(one.second_s for one in launched):.2f} s",
            f"{median(one.received_mb for one in launched):.1f} MB",
        ]
        for name, launched in found.items()
    ]
    headings = ("App", "From the launch to its content", "All", "From the opening", "Second visitor", "Received")
    print(table(headings, rows) + "\n")
    opened_s, received_mb, second_s = (median(column) for column in list(zip(*found[apps[-1]], strict=True))[1:])
    print(goal(f"first chart {opened_s:.2f} s after the opening, within {OPENED_S:g} s", opened_s <= OPENED_S) + "\n")
    print(goal(f"for a second visitor {second_s:.2f} s, within {OPENED_S:g} s", second_s <= OPENED_S) + "\n")
    print(goal(f"with {received_mb:.1f} MB, within {RECEIVED_MB:g} MB", received_mb <= RECEIVED_MB) + "\n")
    for name, theirs in zip(seconds, empty, strict=False):
        ratio = median(our / their for our, their in zip(ours, theirs, strict=True))
        print(f"odviz against an app that is {name}: {ratio:.2f} × (median of {len(ours)} pairs).\n")
        print(goal(f"first chart within {START_RATIO} × of that", ratio <= START_RATIO) + "\n")
    print(f"Change to a device that nobody asked about before: {', '.join(f'{one:.2f} s' for one in changed)}.\n")
    print(goal(f"a change of device within {CHANGE_S:g} s (median)", median(changed) <= CHANGE_S) + "\n")
    size = report_mb(options.home, points)
    print(goal(f"the report as HTML, {size:.2f} MB, within {REPORT_MB} MB", size <= REPORT_MB) + "\n")
    times = reruns(options.home, many, count)
    p50, high = np.percentile(times, [50, PERCENTILE])
    print(table(("Rerun with", "Median", "p95", "Longest"), [
        [f"{many:,} points", f"{p50:.3f} s", f"{high:.3f} s", f"{max(times):.3f} s"]
    ]) + f"\n\n{count} reruns.\n")  # fmt: skip
    print(goal(f"a rerun with {many:,} operating points within {RERUN_S} s at p95", high <= RERUN_S))


if __name__ == "__main__":
    main()
