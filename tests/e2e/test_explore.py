"""From the first visit to a decision that can be sent to somebody else."""

import csv
import json
import re
from hashlib import sha256
from io import StringIO
from math import dist

from playwright.sync_api import expect

from tests.e2e.screen import FRONTS

NBSP = "\N{NO-BREAK SPACE}"
_SAVE_AS = """format => [...document.querySelectorAll(".js-plotly-plot")].every(
  chart => chart._context?.toImageButtonOptions.format === format)"""
"""Whether every chart is saved in a format."""

_COUNT_REDRAWN = """() => {
  window.redrawn = 0
  new MutationObserver(() => document.querySelectorAll(".js-plotly-plot").forEach(chart => {
    if (!chart.on || chart.watched) return
    chart.watched = true
    chart.on("plotly_beforeplot", () => redrawn++)
  })).observe(document, {subtree: true, childList: true})
}"""
"""Counts how often a chart that stands there is drawn once more."""


def test_the_first_visit_measures_and_shows_fronts_by_itself(desk, measured):
    desk.stay_or_open(f"?benchmark={measured}")
    desk.says(r"\d+ of \d+ variants satisf")
    assert len(desk.places(0)) >= 2


def test_the_recommendation_and_four_fronts_are_in_view_without_scrolling(desk, measured):
    before = desk.page.viewport_size
    desk.page.set_viewport_size({"width": 1440, "height": 900})
    desk.stay_or_open(f"?benchmark={measured}")
    expect(desk.charts()).to_have_count(FRONTS)
    card = [
        desk.page.get_by_role("heading", level=3).first,
        desk.page.get_by_role("button", name=re.compile("Model file")).first,
        desk.page.get_by_text("Exact figures, and why").first,
    ]
    for place in (*card, *desk.charts().all()[:4]):
        box = place.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1440, box
        assert box["y"] >= 0 and box["y"] + box["height"] <= 900, box
    for chart in desk.charts().all()[:4]:  # the titles of their axes have room at once: no chart is drawn again for it
        assert chart.evaluate("c => c._fullLayout._size.b === c.layout.margin.b")
    desk.page.set_viewport_size(before)


def test_a_chart_is_saved_as_a_picture(desk, measured):
    desk.stay_or_open(f"?benchmark={measured}")
    expect(desk.charts()).to_have_count(FRONTS)
    for picture, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        desk.page.get_by_role("button", name="Download", exact=True).click()
        desk.page.get_by_role("radio", name=picture).click()
        desk.page.keyboard.press("Escape")
        desk.page.wait_for_function(_SAVE_AS, arg=picture.lower())
        desk.charts().first.hover()
        with desk.page.expect_download() as coming:
            desk.page.get_by_role("button", name=re.compile("Download plot")).first.click()
        assert coming.value.path().read_bytes().startswith(beginning)


def test_a_finger_on_a_chart_moves_the_page_and_not_the_chart(phone, measured):
    phone.stay_or_open(f"?benchmark={measured}")
    expect(phone.charts()).to_have_count(FRONTS)
    chart = phone.charts().first
    chart.scroll_into_view_if_needed()
    reach, top = "c => c._fullLayout.yaxis.range", "document.querySelector('[data-testid=stMain]').scrollTop"
    before, was = chart.evaluate(reach), phone.page.evaluate(top)
    phone.swipe_up(chart, 180)
    assert phone.page.evaluate(top) > was + 100 and chart.evaluate(reach) == before


def test_what_is_shown_can_be_taken_away(screen, measured):
    screen.stay_or_open(f"?benchmark={measured}")
    expect(screen.charts()).to_have_count(FRONTS)
    with screen.page.expect_download() as coming:
        screen.page.get_by_role("button", name=re.compile("Model file")).first.click()
    assert coming.value.suggested_filename.endswith((".onnx", ".tflite"))
    model = sha256(coming.value.path().read_bytes()).hexdigest()
    screen.page.get_by_role("button", name="Download", exact=True).click()
    rows = list(csv.DictReader(StringIO(screen.taken_away("Table as CSV"))))
    assert len(rows) >= 2 and all(row["model"] for row in rows)
    assert model in {row["sha256"] for row in rows}
    document = json.loads(screen.taken_away("Everything as JSON"))
    assert measured in json.dumps(document)
    html = screen.taken_away("Report as HTML").replace(NBSP, " ")
    screen.page.keyboard.press("Escape")  # closes the menu; a later test may use the page as it is
    assert html.startswith("<!doctype html>") and html.count("<svg role=") >= 4
    assert len(html.encode()) < 1.5e6
    variant = screen.page.get_by_role("heading", level=3).first.inner_text()
    assert f"<b>{variant.replace(NBSP, ' ')}</b>" in html
    assert html[html.index("Figures of all variants") :].count("<tr") == 1 + len(rows)


def test_a_point_that_is_clicked_is_selected_everywhere_and_in_the_address(desk, measured):
    desk.stay_or_open(f"?benchmark={measured}")
    expect(desk.charts()).to_have_count(FRONTS)
    row = click_loneliest(desk, 0)
    desk.page.wait_for_url(re.compile(r"[?&]pick="))
    expect(desk.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert desk.address["pick"] == str(row)
    for chart in range(FRONTS):
        desk.wait_for_rings(chart)
    desk.says(r"Accuracy: .*\(.*–.*\)")


def test_a_row_of_the_table_and_then_a_name_are_selected_and_ringed_in_every_chart(screen, measured):
    screen.stay_or_open(f"?benchmark={measured}")
    expect(screen.charts()).to_have_count(FRONTS)
    screen.choose_row(0)
    screen.page.wait_for_url(re.compile(r"[?&]pick=\d+(&|$)"))
    for chart in range(FRONTS):
        screen.wait_for_rings(chart)
    screen.says(r"Accuracy: .*\(.*–.*\)")
    chooser = screen.page.get_by_role("combobox", name="Selected variants")
    chooser.scroll_into_view_if_needed()
    chooser.press_sequentially("Uncompr")
    expect(screen.page.get_by_role("option").first).to_have_text(re.compile("Select .* matches|Uncompressed"))
    screen.page.keyboard.press("ArrowDown")  # to one of them, or to what selects all
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url(re.compile(r"[?&]pick=\d+\.\d"))
    for chart in range(FRONTS):
        screen.wait_for_rings(chart, 2)


def test_a_line_across_all_objectives_can_be_clicked_too(desk, measured):
    desk.open(f"?benchmark={measured}&show=objectives")
    expect(desk.charts()).to_have_count(FRONTS + 1)
    row = click_loneliest(desk, FRONTS)
    desk.page.wait_for_url(re.compile(rf"[?&]pick={row}(&|$)"))
    for chart in range(FRONTS):
        desk.wait_for_rings(chart)
    assert desk.address["show"] == "objectives"


def test_other_machines_show_what_is_known_of_them(screen, measured):
    screen.open(f"?benchmark={measured}&device=raspberry-pi-4&against=stm32h747")
    expect(screen.charts()).to_have_count(2 * FRONTS)
    screen.says("latency on")
    screen.says("worked out from networks")
    screen.page.get_by_role("link", name="More about this device").first.click()
    expect(screen.page.get_by_role("heading", level=1, name="Devices")).to_be_visible()
    screen.says("networks were measured")
    expect(screen.charts()).to_have_count(2)


def test_a_limit_is_carried_by_a_link_and_outlives_a_change_of_device(desk, phone, measured):
    phone.open(f"?benchmark={measured}&give=2")
    phone.says(r"(\d+) of \1 variants satisfy your limits")  # of 0.1 s, which is the default
    fastest = min(phone.charts().first.evaluate("c => c._fullData.flatMap(t => t.customdata ? Array.from(t.x) : [])"))
    phone.page.get_by_role("combobox", name="It must answer").click()
    phone.page.get_by_role("option", name="An exact deadline").click()
    deadline = f"{fastest * 1e3 * 1.05:.4g}"
    phone.page.get_by_role("spinbutton", name="Deadline (ms)").fill(deadline)
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_url(re.compile(f"deadline={re.escape(deadline)}(&|$)"))
    sentence = phone.page.get_by_text(re.compile(r"\d+ of \d+ variants? satisf")).inner_text()
    desk.open(phone.page.url.removeprefix(phone.base))
    expect(desk.page.get_by_text(re.compile(r"\d+ of \d+ variants? satisf"))).to_have_text(sentence)
    assert desk.address == phone.address
    for screen in (desk, phone):
        screen.page.evaluate(_COUNT_REDRAWN)
        screen.page.get_by_role("combobox", name="Device").first.click()
        screen.page.keyboard.type("Raspberry Pi 4 Model")  # the browser draws only the first of many options
        screen.page.get_by_role("option", name=re.compile("^Raspberry Pi 4 Model B")).first.click()
        screen.page.wait_for_url(re.compile("device=raspberry-pi-4"))
        screen.settle()
        screen.page.get_by_text("Limits", exact=True).click()
        expect(screen.page.get_by_role("spinbutton", name="Deadline (ms)")).to_have_value(deadline)
        expect(screen.page.get_by_role("spinbutton", name="Accuracy for speed")).to_have_value("2.00")
        assert screen.page.evaluate("redrawn") == 0
    desk.page.get_by_role("spinbutton", name="Deadline (ms)").fill("4000")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile("deadline=4000"))  # the address is written when all else is drawn
    assert (desk.address["deadline"], desk.address["give"]) == ("4000", "2")
    desk.page.get_by_role("spinbutton", name="Least accuracy (%)").fill("100")
    desk.page.keyboard.press("Enter")
    desk.says("No variant satisfies")


def click_loneliest(screen, chart):
    """Click the point of a chart with most room around it, for a click near others may be taken for theirs; its row."""
    places = screen.places(chart)

    def room(row):
        return min(dist(places[row], other) for index, other in places.items() if index != row)

    row = max(places, key=room)
    x, y = places[row]
    screen.charts().nth(chart).click(position={"x": x, "y": y})
    return row
