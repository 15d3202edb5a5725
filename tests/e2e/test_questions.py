"""The three tabs that answer why a variant is as fast as it is, whom it hurts, and whether it holds up.

It adds a stress test, and so a front, to the benchmark of all tests; those that count its fronts come before it.
"""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import DESK
from tests.e2e.screen import BENCHMARK_MS


def test_groups_why_and_stress_of_a_benchmark_are_seen_from_one_link_to_the_next(tabs, measured):
    screen = tabs[DESK]
    screen.open(f"?benchmark={measured}&show=groups")
    screen.says("Can its confidence be trusted")
    expect(screen.page.get_by_role("combobox", name=re.compile("Look at"))).to_be_visible()

    screen.page.get_by_role("tab", name="Why so fast").click()
    expect(screen.page.get_by_role("button", name="Find out why").first).to_be_visible()
    assert screen.address["show"] == "why"

    screen.page.get_by_role("tab", name="Under stress").click()
    choice = screen.page.get_by_role("combobox", name=re.compile("Find out how it holds up"))
    choice.click()
    choice.press("Backspace")  # takes away what is suggested
    expect(screen.page.get_by_role("button", name="Try them under stress")).to_be_disabled()
    choice.click()
    screen.page.get_by_role("option", name=re.compile("Foreign")).click()
    screen.says("has never learned")
    screen.page.get_by_role("button", name="Try them under stress").click()
    stop = screen.page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()  # a page that is left at once has started nothing
    expect(stop).to_have_count(0, timeout=BENCHMARK_MS)
    screen.open(f"?benchmark={measured}&show=stress")
    screen.says("recommendation (stays|changes|may change)")
    screen.says("takes .* for things that it knows")
    screen.page.get_by_text("Which variants stay on a front").click()
    screen.says("takes the place of the usual one")
    screen.check()
