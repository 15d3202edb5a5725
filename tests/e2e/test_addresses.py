"""An address that makes no sense is answered with sentences, and the page works all the same."""

import pytest
from playwright.sync_api import expect

from tests.e2e.screen import FRONTS, Screen
from tests.e2e.serving import new_context, serving

NONSENSE = {
    "explore": (
        "?task=toaster&benchmark=zzzz&device=kettle&target=x&against=%00&deadline=-3&accuracy=NaN&memory=1e999&pick=a.b"
        "&only=,,&give=200&utm_source=elsewhere"
    ),
    "new_benchmark": "?task=%F0%9F%8D%9E&models=x,y&recipes=melt&runtimes=abacus&threads=1e3&effort=heroic",
    "devices": "?device=<script>alert(1)</script>&target=../../etc/passwd",
    "benchmarks": "?benchmark=zzzz",
    "learn": "?lesson=<b>magic</b>",
    "data": "?task=toaster&benchmark=zzzz",
    "this_machine": "?x=y",
}


@pytest.mark.parametrize("page", NONSENSE)
def test_nonsense_in_the_address_is_survived(screen, page, measured):
    screen.open(("" if page == "explore" else page) + NONSENSE[page])
    if page in ("explore", "new_benchmark"):
        expect(screen.page.get_by_text("in the address is ignored").first).to_be_visible()
    expect(screen.page.get_by_role("heading", level=1)).not_to_have_text("")
    if page == "explore":
        screen.says(r"\d+ of \d+ variants satisf")
        expect(screen.charts()).to_have_count(FRONTS)
    if page == "new_benchmark":
        expect(screen.page.get_by_role("button", name="Start measuring")).to_be_enabled()


def test_the_default_page_has_its_name_as_a_path_too(screen, measured):
    screen.open("explore?device=stm32h747")
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Which model should ship?")
    expect(screen.page.get_by_text("Page not found")).to_have_count(0)
    assert screen.address["device"] == "stm32h747"


def test_the_first_visit_to_a_server_may_be_to_any_page_and_no_page_asks_for_what_is_not_there(browser, tmp_path):
    missing = []
    with serving(tmp_path) as server:
        screen = Screen(new_context(browser), server.url)
        screen.page.on("response", lambda response: response.status >= 400 and missing.append(response.url))
        screen.open("devices?device=stm32h747")
        expect(screen.page.get_by_role("link", name="Benchmarks", exact=True)).to_be_visible()
        screen.says("STM32H747I-DISCO")
        assert screen.address == {"device": "stm32h747"}
        for name in ("this_machine", "explore"):
            screen.open(name)
        screen.check()
        screen.page.context.close()
    assert missing == []
