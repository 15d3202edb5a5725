"""A page in the browser: what a person does there, and everything that goes wrong behind it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from odviz.objectives import objectives
from tests.waiting import WAIT_S

FRONTS = len(objectives(())) - 1
"""Charts of one device, of a benchmark without stress tests."""

WAIT_MS = 1000 * WAIT_S
BENCHMARK_MS = 300_000
"""More than a quick benchmark takes on a slow machine that runs other tests beside it."""

NARROW = 700
"""Pixels; a window that is less wide is a phone's."""

expect.set_options(timeout=WAIT_MS)

_LEFT = "net::ERR_ABORTED"
"""The browser's own doing: a download, or a page that was left."""

_PROBED = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""Where Streamlit's script looks first for its server when a page other than the first is opened; it is not there."""

_PLACES = """
chart => {
  const found = [], {_fullLayout: layout, _fullData: traces} = chart;
  for (const trace of traces) {
    if (!trace.customdata || trace.name.startsWith('ends')) continue;
    trace.x.forEach((x, i) => Number.isFinite(x) && Number.isFinite(trace.y[i]) && found.push({
      row: [trace.customdata[i]].flat()[0],
      x: layout.xaxis._offset + layout.xaxis.d2p(x),
      y: layout.yaxis._offset + layout.yaxis.d2p(trace.y[i]),
    }));
  }
  return found;
}
"""
_RINGED = "([chart, least]) => chart._fullData.some(each => each.name === 'selected' && each.x.length >= least)"
_ROLLS_MS = 600
"""Until a page that was swiped stands still."""

_TICK_PX, _HEADER_PX, _ROW_PX = 16, 35, 35


class Screen:
    """One tab of a browser context.

    Attributes:
        page: Playwright's.
        troubles: errors of the console, errors that no script caught, requests that failed or went elsewhere.
    """

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base, self.troubles, self._opened = base, [], ("", "")
        context.set_default_timeout(WAIT_MS)
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._note(said.text, said.location["url"]))
        self.page.on("pageerror", lambda error: self._note(f"not caught: {error}"))
        self.page.on("request", lambda asked: self._is_ours(asked.url) or self._note("asked elsewhere", asked.url))
        self.page.on("response", lambda got: got.status >= 400 and self._note(f"status {got.status}", got.url))
        self.page.on("requestfailed", lambda asked: asked.failure != _LEFT and self._note(asked.failure, asked.url))

    @property
    def narrow(self) -> bool:
        return self.page.viewport_size["width"] < NARROW

    @property
    def address(self) -> dict[str, str]:
        """What the address says."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def open(self, place: str = "/") -> None:
        """Go to an address of the app, and wait until the page is drawn."""
        self.page.goto(f"{self.base}/{place.removeprefix('/')}")
        self.settle()
        self._opened = place, self.page.url

    def stay_or_open(self, place: str) -> None:
        """Open an address of the app unless the tab still shows it with nothing chosen since."""
        if self._opened != (place, self.page.url):
            self.open(place)

    def settle(self) -> None:
        """Wait until the heading is there and the script has ended."""
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def turn_to(self, title: str, heading: str = "") -> None:
        """Go to another page by the navigation."""
        if self.narrow:
            self.page.get_by_test_id("stExpandSidebarButton").click()
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=heading or title)).to_be_visible()

    def charts(self) -> Locator:
        """Every chart that is drawn and can be seen."""
        return self.page.locator(".js-plotly-plot:visible")

    def places(self, chart: int) -> dict[int, tuple[float, float]]:
        """Where each point of a chart lies, in pixels from its corner, by row; the last of its places, if several."""
        return {point["row"]: (point["x"], point["y"]) for point in self.charts().nth(chart).evaluate(_PLACES)}

    def wait_for_rings(self, chart: int, least: int = 1) -> None:
        """Wait until so many points of a chart have rings."""
        self.page.wait_for_function(_RINGED, arg=[self.charts().nth(chart).element_handle(), least])

    def choose_row(self, row: int) -> None:
        """Tick a row of the first table, a card on a phone; a table is drawn on a canvas, so by its place."""
        if self.narrow:
            self.page.get_by_text("Select", exact=True).nth(row).click()
            return
        grid = self.page.get_by_test_id("stDataFrame").first
        grid.scroll_into_view_if_needed()
        grid.click(position={"x": _TICK_PX, "y": _HEADER_PX + (row + 0.5) * _ROW_PX})

    def swipe_up(self, on: Locator, pixels: int) -> None:
        """Move a finger up that begins in the middle of something."""
        box, touch = on.bounding_box(), self.page.context.new_cdp_session(self.page)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind, moved in (("touchStart", 0), *(("touchMove", part * pixels / 12) for part in range(1, 13))):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - moved}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(_ROLLS_MS)

    def says(self, pattern: str, within_ms: int = WAIT_MS) -> None:
        """Wait for words anywhere on the page."""
        expect(self.page.get_by_text(re.compile(pattern)).first).to_be_visible(timeout=within_ms)

    def taken_away(self, button: str) -> str:
        """Press a button of the open download menu; the text of the file that comes."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=button).click()
        with coming.value.path().open(encoding="utf-8") as file:
            return file.read()

    def check(self) -> None:
        """Nothing may have gone wrong behind the page."""
        assert not self.troubles, "\n".join(self.troubles)
        assert not self.page.get_by_test_id("stException").count()

    def _is_ours(self, url: str) -> bool:
        """Nothing may be asked of any other server: the page works without a network."""
        return url.startswith((f"{self.base}/", "data:", "blob:"))

    def _note(self, what: str, url: str = "") -> None:
        if not _PROBED.search(url):
            self.troubles.append(f"{what} {url}")
